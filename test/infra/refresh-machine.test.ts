// The state machine of a refresh, run with its tasks played by an interpreter of Amazon States Language, and linted.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { names } from '../../infra/names';
import { refreshMachine } from '../../infra/refresh-machine';

const ROOT = join(__dirname, '../..');
const NAMES = names({ province: 'mau', stage: 'dev', account: '000000000000', region: 'ap-southeast-1' });

/** False where the registry could not be reached; the tool has said so on stderr. */
const installed = spawnSync(process.execPath, [join(ROOT, 'tools/stepfunctions/stepfunctions.mjs')], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const UNREACHABLE = 75;
const HOME = installed.stdout.trim();
if (installed.status !== 0 && installed.status !== UNREACHABLE) throw new Error('the interpreter does not install');

interface Rule {
  readonly match?: string;
  readonly times?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly result?: unknown;
}
interface Call {
  readonly state: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly began: number;
  readonly ended: number;
}
interface Told {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly calls: readonly Call[];
  readonly entered: readonly string[];
}

const statement = (sql: string) => ({ id: `id-of-${sql}`, sql });
const MODELS = [
  [
    { name: 'a', statements: [statement('a1'), statement('a2')] },
    { name: 'b', statements: [statement('b1'), statement('b2')] },
  ],
  [{ name: 'c', statements: [statement('c1')] }],
];

const NAME = 'commit-20261126t1715';
const failing = (state: string, error: string) => ({
  [state]: [{ error, cause: "Cannot cast 'Nguyễn Văn Mẫu' to date" }],
});
const BUSY = { match: 'b1', times: 2, error: 'Athena.TooManyRequestsException' };
const RUNS: Readonly<
  Record<string, { readonly answers?: Readonly<Record<string, readonly Rule[]>>; readonly input?: object }>
> = {
  [NAME]: {},
  gathering: { input: { gatherUntil: '2026-11-26T17:15:30Z' } },
  idle: { answers: { Plan: [{ result: { Payload: { run: 'r', levels: [] } } }] } },
  busy: { answers: { Statement: [BUSY, {}] } },
  Statement: { answers: failing('Statement', 'States.TaskFailed') },
  Plan: { answers: failing('Plan', 'FaultError') },
  Tidy: { answers: failing('Tidy', 'FaultError') },
  Drop: { answers: failing('Drop', 'States.TaskFailed') },
  late: { answers: { Statement: [{ match: 'c1', error: 'States.TaskFailed' }, {}] } },
  untold: { answers: { Plan: [{ error: 'FaultError' }], TellOperations: [{ error: 'SNS.NotFoundException' }] } },
  throttled: {
    answers: {
      Tidy: [{ error: 'Lambda.TooManyRequestsException', times: 1 }, { result: { Payload: { statements: [] } } }],
    },
  },
};

function runAll(): { readonly findings: readonly unknown[]; readonly runs: Readonly<Record<string, Told>> } {
  const played = {
    Plan: [{ result: { Payload: { run: 'r', levels: MODELS } } }],
    Statement: [{}],
    Tidy: [{ result: { Payload: { statements: [statement('drop table if exists a__r0')] } } }],
    Drop: [{}],
    TellOperations: [{}],
  };
  const runs = Object.fromEntries(
    Object.entries(RUNS).map(([name, { answers, input = {} }]) => [
      name,
      { input, answers: { ...played, ...answers } },
    ]),
  );
  const node = join(HOME, 'node_modules/node/bin/node');
  const done = spawnSync(node, [join(ROOT, 'tools/stepfunctions/run-machine.mjs'), HOME], {
    input: JSON.stringify({ machine: refreshMachine(NAMES), runs }),
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

const of = (told: Told, state: string) => told.calls.filter((call) => call.state === state);
const sqlOf = (call: Call) => String(call.input.QueryString);

jest.setTimeout(120_000);

(HOME === '' ? describe.each([]) : describe.each([NAMES.refreshMachine]))('the state machine %s', () => {
  let all: ReturnType<typeof runAll>;
  beforeAll(() => {
    all = runAll();
  });
  const run = (name = NAME) => all.runs[name]!;

  it('passes the linter', () => {
    expect(all.findings).toEqual([]);
  });

  it('plans, runs level after level, tidies, drops', () => {
    const told = run();
    expect(told.status).toBe('SUCCEEDED');
    const statements = Array.from({ length: 5 }, () => 'Statement');
    expect(told.calls.map(({ state }) => state)).toEqual(['Plan', ...statements, 'Tidy', 'Drop']);
    expect(of(told, 'Plan')[0]?.input).toEqual({
      FunctionName: NAMES.functionArn('refresh'),
      Payload: { action: 'plan', run: NAME },
    });
    expect(of(told, 'Tidy')[0]?.input.Payload).toEqual({ action: 'tidy', run: NAME });
    expect(of(told, 'Drop').map(sqlOf)).toEqual(['drop table if exists a__r0']);
  });

  it('runs the statements of one model in order, models of a level beside each other, levels one after the other', () => {
    const calls = of(run(), 'Statement');
    const at = (sql: string) => calls.find((call) => sqlOf(call) === sql)!;
    expect(at('a2').began).toBeGreaterThan(at('a1').ended);
    expect(at('b2').began).toBeGreaterThan(at('b1').ended);
    expect(at('b1').began).toBeLessThan(at('a1').ended);
    expect(at('c1').began).toBeGreaterThan(Math.max(at('a2').ended, at('b2').ended));
  });

  it('asks Athena in the engine’s workgroup and the warehouse database, with the token of the statement', () => {
    expect(of(run(), 'Statement')[0]?.input).toEqual({
      QueryString: 'a1',
      ClientRequestToken: 'id-of-a1',
      QueryExecutionContext: { Database: NAMES.warehouseDatabase },
      WorkGroup: NAMES.workgroup('engine'),
    });
  });

  it('waits for the quarter of an hour only when asked to', () => {
    expect(run('gathering').entered).toContain('Gather');
    expect(run().entered).not.toContain('Gather');
  });

  it('only tidies when nothing is behind', () => {
    const { status, calls } = run('idle');
    expect([status, ...calls.map(({ state }) => state)]).toEqual(['SUCCEEDED', 'Plan', 'Tidy', 'Drop']);
  });

  it('starts a statement again when Athena is busy, and not when the statement failed', () => {
    expect(run('busy').status).toBe('SUCCEEDED');
    expect(of(run('busy'), 'Statement').filter((call) => sqlOf(call) === 'b1')).toHaveLength(3);
    expect(of(run('late'), 'Statement').filter((call) => sqlOf(call) === 'c1')).toHaveLength(1);
  });

  it.each([
    ['a statement', 'Statement', 'States.TaskFailed'],
    ['the plan', 'Plan', 'FaultError'],
    ['tidying', 'Tidy', 'FaultError'],
    ['a drop', 'Drop', 'States.TaskFailed'],
  ])('tells operations of %s that failed, by kind and execution and nothing else, and fails', (_what, state, error) => {
    const told = run(state);
    expect(told.status).toBe('FAILED');
    expect(of(told, 'TellOperations')).toHaveLength(1);
    const { TopicArn, Message } = of(told, 'TellOperations')[0]!.input;
    expect(TopicArn).toBe(NAMES.topicArn(NAMES.topic.operations));
    expect(Message).toContain(`The refresh ${state} failed: ${error}.`);
    expect(Message).not.toContain('Nguyễn');
    expect(told.entered.at(-1)).toBe('Failed');
  });

  it('does not tidy after a failure, so that what the run began is planned again', () => {
    expect(of(run('late'), 'Tidy')).toEqual([]);
  });

  it('fails even when nobody can be told', () => {
    expect([run('untold').status, run('untold').entered.at(-1)]).toEqual(['FAILED', 'Failed']);
  });

  it('calls a function again after a fault of Lambda itself', () => {
    expect([run('throttled').status, of(run('throttled'), 'Tidy').length]).toEqual(['SUCCEEDED', 2]);
  });
});

if (HOME === '')
  it('is LEFT OUT: the npm registry cannot be reached', () => expect(installed.status).toBe(UNREACHABLE));
