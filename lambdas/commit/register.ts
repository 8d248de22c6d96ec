// Tables get the columns and comments of their contracts, and the deployment that asked for it gets an answer.
import { tableDefinition } from '../../lake/contract/types';
import { type Bilingual, InputError } from '../../lake/errors';
import type { Lake } from '../../lake/submission/submit';
import { writerEpoch } from '../../lake/submission/verdict';
import { register } from '../../lake/table/register';
import { tablePorts } from '../../lake/table/transact';
import { codeOf } from '../shared/journal';
import type { CommitHost } from './commit';
import { ANSWERS } from './constants';

export interface Registered {
  readonly registered: readonly string[];
  readonly unchanged: readonly string[];
}

/** What infra/deploy reads in the control zone. */
type Answer = Registered | { readonly failed: Bilingual };

/** Every table of this province gets the columns and comments of its contract. */
export async function registerAll(lake: Lake, host: CommitHost): Promise<Registered> {
  const tables = await host.tables();
  const registered: string[] = [];
  const unchanged: string[] = [];
  for (const contract of lake.contracts.values()) {
    if (!tables.has(contract.dataset)) continue;
    const isWritten = await register(tableDefinition(contract), writerEpoch(contract), tablePorts(lake.ports));
    (isWritten ? registered : unchanged).push(contract.dataset);
    host.journal.info('registered', { dataset: contract.dataset, what: isWritten ? 'written' : 'unchanged' });
  }
  return { registered, unchanged };
}

/**
 * Whatever came of it, a message that is answered is done: its queue would bring it back in half an hour, and whoever waits
 * asks again sooner.
 */
export async function registerAsAsked(
  { answer: id }: { readonly answer?: string | undefined },
  lake: Lake,
  host: CommitHost,
): Promise<void> {
  if (id === undefined) {
    await registerAll(lake, host);
    return;
  }
  let answer: Answer;
  try {
    answer = await registerAll(lake, host);
  } catch (error) {
    host.journal.count('CommitFaults');
    host.journal.problem('registering failed', error);
    answer = { failed: failureText(error) };
  }
  await lake.ports.zones.control.put(`${ANSWERS}${id}.json`, `${JSON.stringify(answer)}\n`);
}

/** No row is read here, so no error's text can quote one. */
function failureText(error: unknown): Bilingual {
  const code = codeOf(error);
  if (error instanceof InputError) return { vi: `${code}: ${error.text.vi}`, en: `${code}: ${error.text.en}` };
  const text = `${code}: ${error instanceof Error ? error.message : 'unknown'}`;
  return { vi: text, en: text };
}
