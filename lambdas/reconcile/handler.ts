// Entry of reconcile: what it is given, made once a container.
import { MALWARE_VARIABLE, METRICS } from '../../infra/names';
import { journal } from '../shared/journal';
import { lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { RECONCILE_METRICS } from './constants';
import { type ReconcileHost, realHandler } from './reconcile';

function container(environment: NodeJS.ProcessEnv): ReconcileHost {
  return {
    ...lakeAccess(namesOf(environment), environment),
    awaitsScan: environment[MALWARE_VARIABLE] === 'on',
    journal: journal(RECONCILE_METRICS, METRICS),
  };
}

let host: ReconcileHost | undefined;

export async function handler(event: unknown): Promise<{ readonly healed: number }> {
  host ??= container(process.env);
  return realHandler(event, host);
}
