// Entry of maintain: what it is given, made once a container.
import type { Context } from 'aws-lambda';
import { METRICS } from '../../infra/names';
import { enginePorts } from '../../platform/local/engine-ports';
import { journal } from '../shared/journal';
import { lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { COMPACTION_VARIABLE, MAINTAIN_METRICS } from './constants';
import { type Maintained, type MaintainHost, realHandler } from './maintain';

function container(environment: NodeJS.ProcessEnv): MaintainHost {
  return {
    ...lakeAccess(namesOf(environment), environment, enginePorts),
    mergesByGlue: environment[COMPACTION_VARIABLE] === 'glue',
    journal: journal(MAINTAIN_METRICS, METRICS),
  };
}

let host: MaintainHost | undefined;

export async function handler(_event: unknown, context: Context): Promise<Maintained> {
  host ??= container(process.env);
  return realHandler(host, context);
}
