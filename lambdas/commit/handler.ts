// Entry of commit: what it is given, made once a container.
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { METRICS } from '../../infra/names';
import { tableNames } from '../../platform/aws/glue-catalog';
import { glueClients } from '../../platform/aws/glue-clients';
import { quarterlyRefresh } from '../../platform/aws/messages';
import { enginePorts } from '../../platform/local/engine-ports';
import { loadAlerts, loadModels } from '../../platform/local/models';
import { journal } from '../shared/journal';
import { clientSettings, lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { type AfterCommit, type CommitEvent, type CommitHost, realHandler } from './commit';
import { COMMIT_METRICS } from './constants';
import { tellLimits } from './limits';
import type { Registered } from './register';

function container(environment: NodeJS.ProcessEnv): CommitHost {
  const names = namesOf(environment);
  const { region } = names.place;
  const { requestHandler } = clientSettings(environment);
  const start = quarterlyRefresh(new SFNClient({ region, requestHandler }), names.refreshMachineArn);
  const refresh: AfterCommit = async ({ lake }) => {
    await start(lake.ports.clock.now());
    return 0;
  };
  const root = environment.LAMBDA_TASK_ROOT ?? process.cwd();
  const access = lakeAccess(names, environment, enginePorts);
  return {
    ...access,
    tables: async () => new Set(await tableNames(glueClients({ region }), names.curatedDatabase)),
    after: [tellLimits([...loadModels(root), ...loadAlerts(root)], access.notices), refresh],
    journal: journal(COMMIT_METRICS, METRICS),
  };
}

let host: CommitHost | undefined;

export async function handler(event: CommitEvent, context: Context): Promise<SQSBatchResponse | Registered> {
  host ??= container(process.env);
  return realHandler(event, host, context);
}
