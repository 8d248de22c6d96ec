// Code lists that are themselves tables of the lake (units, stations): which rows, which edition holds on which day.
import { createHash } from 'node:crypto';
import type { LakePorts } from '../../platform/ports';
import type { CodeLists, Contract } from '../contract/contract';
import type { ReferenceRows } from '../intake/conversion';
import { sqlName, sqlString } from '../intake/sql-text';
import { keyAt } from '../table/location';
import { planFiles } from '../table/plan';

export interface References {
  readonly rows: readonly ReferenceRows[];
  /** Changes whenever a list changes; `none` when the contract leans on no table. */
  readonly state: string;
  /** Lists that have no rows yet: their checks are left out, and said. */
  readonly empty: readonly string[];
}

/** Bits of a BIGINT that can stand for editions. */
const MAX_EDITIONS = 62;

export async function loadReferences(contract: Contract, codeLists: CodeLists, ports: LakePorts): Promise<References> {
  const rows: ReferenceRows[] = [];
  const empty: string[] = [];
  const states: string[] = [];
  for (const column of contract.columns) {
    const ref = column.codeList;
    if (ref?.kind !== 'table') continue;
    const head = await ports.catalog.load(ref.table);
    const plan = head ? await planFiles(ports.zones.curated, head.metadata) : undefined;
    states.push(`${ref.table}@${plan?.snapshot?.['snapshot-id'] ?? 'none'}`);
    if (!plan || plan.files.length === 0) {
      empty.push(ref.table);
      continue;
    }
    const periods = [...new Set(plan.files.map((file) => file.period ?? ''))].sort().slice(-MAX_EDITIONS);
    const starts = new Map(
      (ref.editions === undefined ? [] : (codeLists.get(ref.editions) ?? [])).map((row) => [
        row.ky_du_lieu ?? '',
        row.hieu_luc_tu ?? '',
      ]),
    );
    const editions = periods.map((period) => {
      const from = starts.get(period);
      return {
        period,
        from: from === undefined ? (period.length === 7 ? `${period}-01` : null) : from === '' ? null : from,
      };
    });
    const paths = await Promise.all(
      plan.files.map(async (file) =>
        sqlString(await ports.zones.curated.toFile(keyAt(ports.zones.curated, file.path))),
      ),
    );
    const bits = periods.map((period, i) => `WHEN ${sqlString(period)} THEN ${i}`).join(' ');
    rows.push({
      column,
      editions,
      select: `SELECT ${sqlName(ref.column)} AS code, bit_or(CAST(1 AS BIGINT) << (CASE ky_du_lieu ${bits} END)) AS editions FROM read_parquet([${paths.join(', ')}]) WHERE ky_du_lieu IN (${periods.map(sqlString).join(', ')}) GROUP BY ALL`,
    });
  }
  const state = states.length === 0 ? 'none' : createHash('sha256').update(states.join('|')).digest('hex').slice(0, 12);
  return { rows, state, empty };
}
