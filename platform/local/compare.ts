// Whether two states of a table hold the same rows, by submission and whatever their order and files.

import type { Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import type { Bilingual } from '../../lake/errors';
import { sqlName } from '../../lake/intake/sql-text';
import { readWholeReceipt } from '../../lake/submission/receipt-store';
import type { Lake } from '../../lake/submission/submit';
import { listVersions } from '../../lake/submission/versions';
import type { TableMetadata } from '../../lake/table/metadata';
import { type Engine, openEngine } from '../duckdb/engine';
import { localFiles } from '../duckdb/local-files';
import { tableViewSql } from '../duckdb/warehouse-sql';
import type { ObjectStore } from '../ports';

/** One submission whose rows are not the same. */
export interface Difference {
  readonly submission: string;
  /** Rows and version; null: none. */
  readonly before: { readonly version: string; readonly rows: number } | null;
  readonly after: { readonly version: string; readonly rows: number } | null;
  readonly why: Bilingual;
}

export interface TableState {
  readonly store: ObjectStore;
  /** undefined: there is no table. */
  readonly metadata: TableMetadata | undefined;
}

interface Digest {
  readonly version: string;
  readonly rows: number;
  readonly digest: string;
}

/** @throws whatever keeps a state from being read */
export async function compareTables(
  contract: Contract,
  before: TableState,
  after: TableState,
  lake: Lake,
): Promise<Difference[]> {
  const work = await lake.ports.workspace.open();
  const engine = await openEngine({ threads: 2, memoryLimit: '400MB', tempDirectory: work.dir });
  try {
    const [old, anew] = [
      await digests(contract, before, 'before', engine),
      await digests(contract, after, 'after', engine),
    ];
    const differences: Difference[] = [];
    for (const submission of [...new Set([...old.keys(), ...anew.keys()])].sort()) {
      const [one, other] = [old.get(submission) ?? null, anew.get(submission) ?? null];
      if (one?.version === other?.version && one?.digest === other?.digest) continue;
      const short = (digest: Digest | null) => digest && { version: digest.version, rows: digest.rows };
      const why = await reason(submission, one, other, contract, lake);
      differences.push({ submission, before: short(one), after: short(other), why });
    }
    return differences;
  } finally {
    await engine.close();
    await work.close();
  }
}

/** Submission → its rows as one number that does not depend on their order. `_loaded_at` differs on every load. */
async function digests(
  contract: Contract,
  { store, metadata }: TableState,
  name: string,
  engine: Engine,
): Promise<ReadonlyMap<string, Digest>> {
  if (!metadata) return new Map();
  const { files, deletes } = await localFiles(store, metadata);
  const { fields } = tableDefinition(contract);
  await engine.run(tableViewSql({ name, fields, files, ...(deletes ? { deletes } : {}) }));
  const columns = fields.filter((field) => field.name !== '_loaded_at').map((field) => sqlName(field.name));
  const hash = `hash(${columns.join(', ')})`;
  const rows = await engine.rows(
    `SELECT _submission, string_agg(DISTINCT _version, '+' ORDER BY _version) AS version, count(*) AS n, concat_ws('-', count(*), bit_xor(${hash}), sum(CAST(${hash} AS HUGEINT))) AS digest FROM ${sqlName(name)} GROUP BY _submission`,
  );
  return new Map(
    rows.map((row) => [
      String(row._submission),
      { version: String(row.version), rows: Number(row.n), digest: String(row.digest) },
    ]),
  );
}

const leansOnTables = (contract: Contract): readonly string[] =>
  contract.columns.flatMap(({ codeList }) => (codeList?.kind === 'table' ? [codeList.table] : []));

async function reason(
  submission: string,
  before: Digest | null,
  after: Digest | null,
  contract: Contract,
  lake: Lake,
): Promise<Bilingual> {
  if (!before)
    return {
      vi: 'bảng cũ đã mất các dòng của bài gửi này',
      en: 'the old table had lost the rows of this submission',
    };
  if (!after)
    return {
      vi: 'không bản nào của bài gửi này được phép hiển thị, bảng cũ vẫn còn dòng',
      en: 'no version of this submission may be seen, the old table still had rows',
    };
  if (before.version !== after.version)
    return { vi: 'bảng cũ hiển thị bản khác', en: 'the old table showed another version' };
  const versions = await listVersions(lake.ports.zones.control, submission);
  const version = versions.find((candidate) => candidate.version === after.version);
  const receipt = version && (await readWholeReceipt(lake.ports.zones.receipts, version));
  if (receipt && receipt.contractVersion !== contract.version)
    return {
      vi: `hợp đồng dữ liệu đã đổi từ bản ${receipt.contractVersion} sang ${contract.version}`,
      en: `the contract has changed from version ${receipt.contractVersion} to ${contract.version}`,
    };
  const lists = [...new Set(leansOnTables(contract))].join(', ');
  if (lists !== '' && before.rows !== after.rows)
    return {
      vi: `danh mục ${lists} có thể đã đổi từ khi xét tệp này`,
      en: `the lists ${lists} may have changed since this file was judged`,
    };
  return {
    vi: 'các dòng khác với tệp gốc: phần mềm khác đã sửa bảng, hoặc danh mục, hợp đồng, phần mềm đã đổi',
    en: 'the rows differ from the raw file: other software changed the table, or lists, contract or software have changed',
  };
}
