// Runs a state machine of Amazon States Language (JSONPath) with tasks that are handed in. Knows what our machine uses; all
// else is an error, so that nothing is passed over in silence.
import { setTimeout as pause } from 'node:timers/promises';

type Json = Readonly<Record<string, unknown>>;

/** A task's failure, under the name the machine may retry or catch. */
export class TaskError extends Error {
  constructor(
    readonly error: string,
    readonly cause_: string,
  ) {
    super(`${error}: ${cause_}`);
  }
}

export interface MachineRun {
  /** Last part of the execution's ARN. */
  readonly name: string;
  readonly input: unknown;
  /** By resource, for example arn:aws:states:::sns:publish. @throws TaskError */
  readonly tasks: Readonly<Record<string, (parameters: Json) => Promise<unknown>>>;
  /** Waits are as long as the machine says, but never longer than this. */
  readonly longestWaitMs: number;
  /** Told of each state entered. */
  readonly onState?: (name: string) => void;
}

export type MachineEnd =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'TimeoutSeconds', 'Retry', 'Catch', 'Next', 'End'],
  Map: ['ItemsPath', 'ItemProcessor', 'MaxConcurrency', 'ResultPath', 'Retry', 'Catch', 'Next', 'End'],
  Choice: ['Choices', 'Default'],
  Wait: ['TimestampPath', 'Seconds', 'Next', 'End'],
  Pass: ['Result', 'ResultPath', 'Next', 'End'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};

function record(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
  return { ...value };
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is no text`);
  return value;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list`);
  return value;
}

/** $.a.b of the input, $$.a.b of the context. undefined: not there. */
function look(path: string, input: unknown, context: unknown): unknown {
  const [, root = '', rest = ''] = /^(\$\$?)((?:\.\w+)*)$/.exec(path) ?? [];
  if (root === '') throw new Error(`The path ${path} is not known here.`);
  let found: unknown = root === '$$' ? context : input;
  for (const part of rest.split('.').slice(1))
    found = typeof found === 'object' && found !== null ? Reflect.get(found, part) : undefined;
  return found;
}

function must(path: string, input: unknown, context: unknown): unknown {
  const found = look(path, input, context);
  if (found === undefined) throw new TaskError('States.Runtime', `The path ${path} finds nothing.`);
  return found;
}

/** A path, or States.Format of a text and paths. */
function expression(value: string, input: unknown, context: unknown): unknown {
  if (value.startsWith('$')) return must(value, input, context);
  const [, template = '', rest = ''] = /^States\.Format\('((?:[^'\\]|\\.)*)'((?:,\s*\$[\w.$]+)*)\)$/.exec(value) ?? [];
  if (template === '') throw new Error(`The expression ${value} is not known here.`);
  const values = rest
    .split(',')
    .slice(1)
    .map((path) => must(path.trim(), input, context));
  return template.replace(/\{\}/g, () => String(values.shift()));
}

function filled(template: unknown, input: unknown, context: unknown): unknown {
  if (Array.isArray(template)) return template.map((one) => filled(one, input, context));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), expression(text(value, key), input, context)]
        : [key, filled(value, input, context)],
    ),
  );
}

function placed(path: unknown, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const [, name = ''] = /^\$\.(\w+)$/.exec(text(path, 'ResultPath')) ?? [];
  if (name === '') throw new Error(`The ResultPath ${String(path)} is not known here.`);
  return { ...record(input, 'input'), [name]: result };
}

function isFor(handler: Json, error: string): boolean {
  const names = list(handler.ErrorEquals, 'ErrorEquals');
  return (
    names.includes(error) ||
    names.includes('States.ALL') ||
    (error !== 'States.Timeout' && names.includes('States.TaskFailed'))
  );
}

function holds(rule: Json, input: unknown, context: unknown): boolean {
  const { Variable, Next: _next, ...tests } = rule;
  const found = look(text(Variable, 'Variable'), input, context);
  return Object.entries(tests).every(([test, wanted]) => {
    if (test === 'IsPresent') return (found !== undefined) === wanted;
    if (test === 'StringEquals' || test === 'BooleanEquals' || test === 'NumericEquals') return found === wanted;
    throw new Error(`The comparison ${test} is not known here.`);
  });
}

async function limited<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce === 0 ? items.length : atOnce, items.length) }, worker));
  return results;
}

export async function runMachine(definition: unknown, run: MachineRun): Promise<MachineEnd> {
  const context = { Execution: { Name: run.name, Input: run.input } };

  async function work(state: Json, input: unknown): Promise<unknown> {
    if (state.Type === 'Map') {
      const items = list(must(text(state.ItemsPath ?? '$', 'ItemsPath'), input, context), 'items');
      const { ProcessorConfig, ...processor } = record(state.ItemProcessor, 'ItemProcessor');
      if (record(ProcessorConfig, 'ProcessorConfig').Mode !== 'INLINE')
        throw new Error('Only inline maps are known here.');
      return limited(items, Number(state.MaxConcurrency ?? 0), (item) => walk(processor, item));
    }
    const resource = text(state.Resource, 'Resource');
    const task = run.tasks[resource];
    if (!task) throw new Error(`Nobody does the task ${resource}.`);
    const parameters = record(filled(state.Parameters ?? {}, input, context), 'Parameters');
    const seconds = Number(state.TimeoutSeconds ?? 99_999_999);
    const end = new AbortController();
    try {
      const late = pause(Math.min(seconds * 1000, 2 ** 31 - 1), undefined, { signal: end.signal, ref: false }).then(
        () => {
          throw new TaskError('States.Timeout', `${resource} took longer than ${seconds} s`);
        },
      );
      late.catch(() => undefined);
      return await Promise.race([task(parameters), late]);
    } finally {
      end.abort();
    }
  }

  /** With its retries. Waits between them are cut as all waits are. */
  async function tried(state: Json, input: unknown): Promise<unknown> {
    const retries = list(state.Retry ?? [], 'Retry').map((one) => record(one, 'Retry'));
    const counts = new Map<Json, number>();
    for (;;)
      try {
        return await work(state, input);
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        const retry = retries.find((one) => isFor(one, error.error));
        const count = retry ? (counts.get(retry) ?? 0) : 0;
        if (!retry || count >= Number(retry.MaxAttempts ?? 3)) throw error;
        counts.set(retry, count + 1);
        const wait = Number(retry.IntervalSeconds ?? 1) * Number(retry.BackoffRate ?? 2) ** count * 1000;
        await pause(Math.min(wait, run.longestWaitMs));
      }
  }

  async function walk(machine: Json, start: unknown): Promise<unknown> {
    const states = record(machine.States, 'States');
    let at = text(machine.StartAt, 'StartAt');
    let input = start;
    for (;;) {
      const { Type, Comment: _comment, ...state } = record(states[at], `The state ${at}`);
      const type = text(Type, 'Type');
      const known = FIELDS[type];
      if (!known) throw new Error(`States of type ${type} are not known here.`);
      for (const field of Object.keys(state))
        if (!known.includes(field)) throw new Error(`${at}: the field ${field} is not known here.`);
      run.onState?.(at);
      let next = state.Next;
      switch (type) {
        case 'Succeed':
          return input;
        case 'Fail':
          throw new TaskError(text(state.Error, 'Error'), text(state.Cause ?? '', 'Cause'));
        case 'Pass':
          input = placed(state.ResultPath, input, state.Result ?? input);
          break;
        case 'Choice': {
          const rules = list(state.Choices, 'Choices').map((one) => record(one, 'Choice'));
          next = rules.find((rule) => holds(rule, input, context))?.Next ?? state.Default;
          if (next === undefined) throw new TaskError('States.NoChoiceMatched', at);
          break;
        }
        case 'Wait': {
          const ms =
            state.TimestampPath === undefined
              ? Number(state.Seconds) * 1000
              : Date.parse(text(must(text(state.TimestampPath, 'TimestampPath'), input, context), 'a time')) -
                Date.now();
          if (Number.isNaN(ms)) throw new TaskError('States.Runtime', `${at}: no time to wait for`);
          await pause(Math.max(0, Math.min(ms, run.longestWaitMs)));
          break;
        }
        default:
          try {
            const result = await tried({ Type: type, ...state }, input);
            const selected =
              state.ResultSelector === undefined ? result : filled(state.ResultSelector, result, context);
            input = placed(state.ResultPath, input, selected);
          } catch (error) {
            if (!(error instanceof TaskError)) throw error;
            const catcher = list(state.Catch ?? [], 'Catch')
              .map((one) => record(one, 'Catch'))
              .find((one) => isFor(one, error.error));
            if (!catcher) throw error;
            input = placed(catcher.ResultPath, input, { Error: error.error, Cause: error.cause_ });
            next = catcher.Next;
            break;
          }
      }
      if (next === undefined) return input;
      at = text(next, 'Next');
    }
  }

  try {
    return { status: 'SUCCEEDED', output: await walk(record(definition, 'definition'), run.input) };
  } catch (error) {
    if (error instanceof TaskError) return { status: 'FAILED', error: error.error, cause: error.cause_ };
    throw error;
  }
}
