// Entry of refresh: what it is given, made once a container.
import { METRICS } from '../../infra/names';
import { warehouseObjects } from '../../platform/aws/athena-tables';
import { glueClients } from '../../platform/aws/glue-clients';
import { loadModels } from '../../platform/local/models';
import { journal } from '../shared/journal';
import { lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { REFRESH_METRICS } from './constants';
import { type RefreshHost, realHandler } from './refresh';

function container(environment: NodeJS.ProcessEnv): RefreshHost {
  const names = namesOf(environment);
  const { reads } = glueClients({ region: names.place.region });
  return {
    names,
    withLake: lakeAccess(names, environment).withLake,
    objects: () => warehouseObjects(reads, names.warehouseDatabase),
    models: loadModels(environment.LAMBDA_TASK_ROOT ?? process.cwd()),
    journal: journal(REFRESH_METRICS, METRICS),
  };
}

let host: RefreshHost | undefined;

export async function handler(event: unknown): ReturnType<typeof realHandler> {
  host ??= container(process.env);
  return realHandler(event, host);
}
