// The state machine that makes marts and KPIs anew, as pure data (Amazon States Language with JSONPath):
//   wait for the quarter of an hour, when asked → plan → level after level: four models at once, the statements of one in
//   order → tidy → drop what is old. Any failure is told to operations, by name and execution only: what a query complains
//   about may hold values of rows.
import type { Names } from './names';

const SERVICE_FAULTS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
/** Of starting a query, not of the query: an SQL that fails once fails again. */
const ATHENA_FAULTS = [
  'Athena.TooManyRequestsException',
  'Athena.InternalServerException',
  'Athena.SdkClientException',
];
/** Models of one level at once; Athena's quota of running queries is 20 in small accounts. */
const MODELS_AT_ONCE = 4;

const retry = (ErrorEquals: readonly string[]) => [
  { ErrorEquals, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, MaxDelaySeconds: 60, JitterStrategy: 'FULL' },
];
const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'TellOperations' }];

function callRefresh(names: Names, action: 'plan' | 'tidy', next: object) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: {
      FunctionName: names.functionArn('refresh'),
      Payload: { action, 'run.$': '$$.Execution.Name' },
    },
    TimeoutSeconds: 300,
    Retry: retry(SERVICE_FAULTS),
    Catch: caught,
    ...next,
  };
}

/** One state that runs `{id, sql}` in Athena and waits for its end. The id makes a repeated start the same query. */
function runStatement(names: Names) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
    Parameters: {
      'QueryString.$': '$.sql',
      'ClientRequestToken.$': '$.id',
      QueryExecutionContext: { Database: names.warehouseDatabase },
      WorkGroup: names.workgroup('engine'),
    },
    TimeoutSeconds: 3600,
    Retry: retry(ATHENA_FAULTS),
    // Its answer repeats the SQL: kept, it would outgrow what a state may hold.
    ResultPath: null,
    End: true,
  };
}

function each(name: string, itemsPath: string, atOnce: number, state: object) {
  return {
    Type: 'Map',
    ItemsPath: itemsPath,
    MaxConcurrency: atOnce,
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: name, States: { [name]: state } },
    ResultPath: null,
  };
}

/** Input: `{}`, or `{"gatherUntil": "<ISO time>"}` to let further commits come first (lake/warehouse/refresh-run.ts). */
export function refreshMachine(names: Names) {
  const statements = each('Statement', '$.statements', 1, runStatement(names));
  const models = each('Model', '$', MODELS_AT_ONCE, { ...statements, End: true });
  return {
    Comment: 'Marts and KPIs of the warehouse, made anew where something they read has changed.',
    StartAt: 'IsGathering',
    TimeoutSeconds: 4 * 3600,
    States: {
      IsGathering: {
        Type: 'Choice',
        Choices: [{ Variable: '$.gatherUntil', IsPresent: true, Next: 'Gather' }],
        Default: 'Plan',
      },
      Gather: { Type: 'Wait', TimestampPath: '$.gatherUntil', Next: 'Plan' },
      Plan: callRefresh(names, 'plan', { ResultSelector: { 'levels.$': '$.Payload.levels' }, Next: 'Levels' }),
      Levels: { ...each('Models', '$.levels', 1, { ...models, End: true }), Catch: caught, Next: 'Tidy' },
      Tidy: callRefresh(names, 'tidy', { ResultSelector: { 'statements.$': '$.Payload.statements' }, Next: 'Drops' }),
      Drops: { ...each('Drop', '$.statements', 1, runStatement(names)), Catch: caught, Next: 'Done' },
      Done: { Type: 'Succeed' },
      TellOperations: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Parameters: {
          TopicArn: names.topicArn(names.topic.operations),
          Subject: `${names.base}: refresh failed`,
          'Message.$': `States.Format('The refresh {} failed: {}. Marts and KPIs show what they showed before. Open the execution in Step Functions; runbook: refresh-failed.', $$.Execution.Name, $.failure.Error)`,
        },
        Retry: retry(['States.TaskFailed']),
        // Even untold, the run has failed: its alarm counts failed executions.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Failed' }],
        ResultPath: null,
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'RefreshFailed', Cause: 'See the state before TellOperations.' },
    },
  };
}
