// Entry of intake and intake-heavy: what it is given, made once a container.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { MALWARE_VARIABLE, METRICS } from '../../infra/names';
import { enginePorts } from '../../platform/local/engine-ports';
import { journal } from '../shared/journal';
import { lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { INTAKE_METRICS, LANE_VARIABLE } from './constants';
import { type IntakeHost, realHandler } from './intake';

function container(environment: NodeJS.ProcessEnv): IntakeHost {
  const names = namesOf(environment);
  return {
    ...lakeAccess(names, environment, enginePorts),
    names,
    lane: environment[LANE_VARIABLE] === 'heavy' ? 'heavy' : 'normal',
    awaitsScan: environment[MALWARE_VARIABLE] === 'on',
    journal: journal(INTAKE_METRICS, METRICS),
  };
}

let host: IntakeHost | undefined;

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  host ??= container(process.env);
  return realHandler(event, host, context);
}
