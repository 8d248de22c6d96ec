// From a message to a place to look at. Messages of other buckets, other accounts and nobody's keys lead nowhere.
import type { Names } from '../../infra/names';
import type { Contract } from '../../lake/contract/contract';
import { InputError } from '../../lake/errors';
import type { Look } from '../../lake/submission/receive';
import { isFolder, placeOf, slotOf } from '../../lake/submission/upload-key';
import type { IntakeMessage, NamedObject } from '../shared/messages';

type Contracts = ReadonlyMap<string, Contract>;

export function isOurs({ bucket, account }: NamedObject, names: Names): boolean {
  return bucket === names.bucket('ingest') && (account === undefined || account === names.place.account);
}

function lookAtKey(key: string, contracts: Contracts): Look | undefined {
  if (isFolder(key)) return undefined;
  try {
    const { submission } = placeOf(key, contracts);
    return { prefix: slotOf(key) ?? key, submission };
  } catch (error) {
    if (error instanceof InputError) return { prefix: key };
    throw error;
  }
}

/** undefined: nothing to look at. */
export function lookOf(message: IntakeMessage, names: Names, contracts: Contracts): Look | undefined {
  switch (message.kind) {
    case 'object':
    case 'scan':
      return isOurs(message, names) ? lookAtKey(message.key, contracts) : undefined;
    case 'key':
      return lookAtKey(message.key, contracts);
    case 'submission': {
      const { submission } = message;
      return { prefix: slotOf(`${submission}/`) ?? submission, submission, mends: true };
    }
    case 'prefix':
      return { prefix: message.prefix };
    case 'test':
      return undefined;
  }
}
