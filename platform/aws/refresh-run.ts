// One run of the refresh, started and waited for: states:StartExecution on the state machine, states:DescribeExecution on its
// executions.
import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { FaultError } from '../../lake/errors';
import type { Clock } from '../ports';
import { accessError, failureOf, isDenied } from './failure';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** @throws FaultError F_REFRESH when the run does not succeed; InputError E_ACCESS */
export async function refreshNow(client: SFNClient, machineArn: string, name: string, clock: Clock): Promise<void> {
  const ask = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      const failure = failureOf(error);
      if (isDenied(failure)) throw accessError(action, machineArn, error);
      throw new FaultError('F_REFRESH', `${machineArn}: ${action}: ${failure.name}`, { cause: error });
    }
  };
  const { executionArn } = await ask('states:StartExecution', () =>
    client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input: '{}' })),
  );
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const { status } = await ask('states:DescribeExecution', () =>
      client.send(new DescribeExecutionCommand({ executionArn })),
    );
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE')
      throw new FaultError(
        'F_REFRESH',
        `${name} of ${machineArn} ended as ${status}. See the execution in Step Functions.`,
      );
    await clock.sleep(pauseMs);
  }
}
