// Runs a state machine with its tasks played, as often as asked: JSON on stdin, JSON on stdout. Run by the Node beside the
// interpreter, which takes seconds to load.
//   stdin  { machine, runs: { <name>: { input, answers: { <state>: [{ match?, times?, error?, cause?, result? }] } } } }
//          An answer counts for calls whose input contains `match`, `times` times, in order; a call without one is a failure.
//   stdout { findings, runs: { <name>: { status, entered, calls: [{ state, input, began, ended }] } } }   moments are counted
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const home = process.argv[2];
const require = createRequire(join(home, 'package.json'));
const { StateMachine } = await import(pathToFileURL(require.resolve('aws-local-stepfunctions')).href);
const validate = require('asl-validator');

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { machine, runs } = JSON.parse(Buffer.concat(chunks).toString('utf8'));

/** Names of all states of a kind, those inside Map states too. */
function statesOf({ States }, kind) {
  return Object.entries(States).flatMap(([state, definition]) => [
    ...(definition.Type === kind ? [state] : []),
    ...(definition.ItemProcessor ? statesOf(definition.ItemProcessor, kind) : []),
  ]);
}

const quick = (kind) => Object.fromEntries(statesOf(machine, kind).map((state) => [state, 0]));

async function runOnce(name, { input, answers }) {
  const left = Object.entries(answers).flatMap(([state, rules]) =>
    rules.map((rule) => ({ state, times: Number.POSITIVE_INFINITY, ...rule })),
  );
  const calls = [];
  let moment = 0;
  const play = (state) => async (asked) => {
    const call = { state, input: asked, began: moment++ };
    calls.push(call);
    // Long enough for whatever runs beside it to begin.
    await new Promise((done) => setTimeout(done, 5));
    call.ended = moment++;
    const text = JSON.stringify(asked);
    const rule = left.find((one) => one.state === state && one.times > 0 && text.includes(one.match ?? ''));
    if (!rule) throw Object.assign(new Error(`no answer is played for ${state}`), { name: 'NotPlayed' });
    rule.times--;
    if (rule.error !== undefined) throw Object.assign(new Error(rule.cause ?? 'played'), { name: rule.error });
    return rule.result ?? {};
  };
  const execution = new StateMachine(machine).run(input, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(statesOf(machine, 'Task').map((state) => [state, play(state)])),
      waitTimeOverrides: quick('Wait'),
      retryIntervalOverrides: quick('Task'),
    },
    context: { Execution: { Name: name } },
  });
  const entered = [];
  const reading = (async () => {
    for await (const event of execution.eventLogs)
      if (event.type.endsWith('StateEntered')) entered.push(event.state.name);
  })();
  const status = await execution.result.then(
    () => 'SUCCEEDED',
    () => 'FAILED',
  );
  await reading;
  return { status, entered, calls };
}

const told = {};
for (const [name, run] of Object.entries(runs)) told[name] = await runOnce(name, run);
const findings = validate(machine, { checkPaths: true, checkArn: true }).errors ?? [];
process.stdout.write(JSON.stringify({ findings, runs: told }));
