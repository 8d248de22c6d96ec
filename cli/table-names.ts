// The tables a command line names, or all of them.
import { InputError } from '../lake/errors';
import type { Lake } from '../lake/submission/submit';
import { nearest } from '../lake/text';

/** `agency/dataset` stands for its table. @throws InputError E_TABLE naming the nearest one */
export async function chooseTables(names: readonly string[], lake: Lake): Promise<readonly string[]> {
  const tables = await lake.ports.catalog.list();
  if (names.length === 0) return tables;
  return [...new Set(names.map((name) => chosen(name, tables, lake)))];
}

function chosen(name: string, tables: readonly string[], lake: Lake): string {
  const table = lake.contracts.get(name)?.dataset ?? name;
  if (tables.includes(table)) return table;
  const near = nearest(table, tables);
  throw new InputError('E_TABLE', {
    vi: `Chưa có bảng “${name}” trong hồ.${near ? ` Gần nhất: ${near}.` : ''} Các bảng: ${tables.join(', ') || 'chưa có'}.`,
    en: `The lake has no table “${name}”.${near ? ` Nearest: ${near}.` : ''} Tables: ${tables.join(', ') || 'none yet'}.`,
  });
}
