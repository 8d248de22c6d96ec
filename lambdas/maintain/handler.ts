// Entry of maintain: what it is given, made once a container.
import type { Context } from 'aws-lambda';
import { METRICS } from '../../infra/names';
import { convert } from '../../platform/duckdb/convert';
import { duckdbRewriter } from '../../platform/duckdb/rewrite';
import { redact } from '../../platform/local/redact';
import { journal } from '../shared/journal';
import { lakeAccess } from '../shared/lake';
import { namesOf } from '../shared/place';
import { COMPACTION_VARIABLE, MAINTAIN_METRICS } from './constants';
import { type Maintained, type MaintainHost, realHandler } from './maintain';

function container(environment: NodeJS.ProcessEnv): MaintainHost {
  const engine = { converter: { convert }, rewriter: duckdbRewriter, redactor: { redact } };
  return {
    ...lakeAccess(namesOf(environment), environment, engine),
    mergesByGlue: environment[COMPACTION_VARIABLE] === 'glue',
    journal: journal(MAINTAIN_METRICS, METRICS),
  };
}

let host: MaintainHost | undefined;

export async function handler(_event: unknown, context: Context): Promise<Maintained> {
  host ??= container(process.env);
  return realHandler(host, context);
}
