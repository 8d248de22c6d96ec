// One table, one dataset: agencies share the warehouse, so a table's name may stand in one agency only. Names are
// `agency/dataset`, as the folders of schemas/contracts have them.
import { InputError } from '../errors';

const tableOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The contract that has the table of this one already; undefined: none. */
export function sameTable(name: string, names: readonly string[]): string | undefined {
  return names.find((other) => other !== name && tableOf(other) === tableOf(name));
}

/** @throws InputError E_CONTRACT naming the files of both */
export function assertOwnTables(names: readonly string[]): void {
  const name = names.find((one) => sameTable(one, names) !== undefined);
  if (name === undefined) return;
  const [one, other] = [name, sameTable(name, names)].map((each) => `schemas/contracts/${each}.odcs.yaml`);
  throw new InputError('E_CONTRACT', {
    vi: `${one} và ${other} cùng dùng tên bảng “${tableOf(name)}”: trong kho mỗi tên bảng chỉ thuộc một cơ quan. Hãy đổi tên một trong hai, cả tệp lẫn hợp đồng.`,
    en: `${one} and ${other} have the same table name “${tableOf(name)}”: in the warehouse a table belongs to one agency. Rename one of them, the file and the contract.`,
  });
}
