// The repository's own contracts and code lists, as the command loads them.
import { join } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';

export const ROOT = join(__dirname, '../..');
export const CONTRACTS = loadContracts(ROOT);
export const CODE_LISTS = loadCodeLists(ROOT);

export function contractNamed(name: string): Contract {
  const contract = CONTRACTS.get(name);
  if (!contract) throw new Error(`no contract ${name}`);
  return contract;
}
