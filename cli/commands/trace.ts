// trace: from rows back to the file, version, hash, record and receipt they came from.
import type { Command } from 'commander';
import { rawOf } from '../../lake/submission/raw';
import { readWholeReceipt, receiptFolder } from '../../lake/submission/receipt-store';
import { contractOfTable } from '../../lake/submission/submit';
import { listVersions, type Version } from '../../lake/submission/versions';
import { arrowToJson } from '../../lake/warehouse/json';
import type { ObjectStore } from '../../platform/ports';
import type { Context } from '../context';
import { type OpenLake, placeOf, withLake } from '../lake';
import type { Action } from '../main';
import { shortPath } from '../short-path';
import { textTable } from '../text-table';
import { openWarehouseFor } from '../warehouse';

const MAX_ROWS = 50;

export function register(program: Command, action: Action): void {
  program
    .command('trace')
    .description('dòng số liệu từ tệp nào, dòng nào · where rows came from')
    .argument('<table>', 'a dataset')
    .requiredOption('--where <condition>', 'SQL condition choosing the rows')
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang trace don_vi_hanh_chinh --where "ma_xa = '19753'"
  tamgiang trace don_vi_hanh_chinh --where "ma_xa = '19753'" --aws hue`,
    )
    .action(
      action((context, table: string, options: { where: string }) =>
        withLake(context, 'read', (lake) => trace(context, lake, table, options.where)),
      ),
    );
}

async function trace(context: Context, lake: OpenLake, table: string, where: string): Promise<number> {
  const contract = contractOfTable(table, lake);
  const { control, receipts } = lake.ports.zones;
  const keys = contract.columns
    .filter((column) => column.keyPosition > 0 && column.personal !== 'basic' && column.personal !== 'sensitive')
    .map((column) => column.name);
  const question = `select _submission, _version, _row${keys.map((key) => `, ${key}`).join('')} from ${contract.dataset} where ${where} order by _submission, _row limit ${MAX_ROWS + 1}`;
  const warehouse = await openWarehouseFor(question, context, lake);
  try {
    const answer = arrowToJson(await warehouse.query(question));
    const submissions = new Set(answer.rows.slice(0, MAX_ROWS).map(([submission]) => String(submission)));
    const all = await Promise.all([...submissions].map((submission) => listVersions(control, submission)));
    const versions = new Map(all.flat().map((version) => [`${version.submission}|${version.version}`, version]));
    const headers = new Map<Version, number | undefined>();
    const raws = new Map<Version, string>();
    for (const [submission, id] of answer.rows.slice(0, MAX_ROWS)) {
      const version = versions.get(`${submission}|${id}`);
      if (!version || headers.has(version)) continue;
      headers.set(version, await headerRow(version, receipts));
      raws.set(version, (await rawOf(version, control)).key);
    }
    const rows = answer.rows.slice(0, MAX_ROWS).map(([submission, id, record, ...key]) => {
      const version = versions.get(`${submission}|${id}`);
      const header = version && headers.get(version);
      return {
        key: Object.fromEntries(keys.map((name, i) => [name, key[i] ?? null])),
        submission: String(submission),
        version: String(id),
        record: Number(record),
        row: header === undefined ? null : header + Number(record),
        file: version?.file ?? null,
        sha256: version?.sha256 ?? null,
        raw: version ? placeOf('raw', raws.get(version) ?? version.raw, lake) : null,
        receipt: version ? placeOf('receipts', `${receiptFolder(version)}/receipt.html`, lake) : null,
      };
    });
    const more = answer.rows.length > MAX_ROWS;
    if (context.json) context.document({ table: contract.dataset, rows, more });
    else {
      const vi = context.lang === 'vi';
      const titles = vi
        ? ['Khóa', 'Tệp', 'Dòng', 'Phiên bản', 'sha256', 'Biên nhận']
        : ['Key', 'File', 'Row', 'Version', 'sha256', 'Receipt'];
      const lines = rows.map((row) => [
        Object.values(row.key).join(' '),
        row.file ?? '?',
        row.row === null ? `${vi ? 'bản ghi' : 'record'} ${row.record}` : String(row.row),
        row.version,
        row.sha256 ?? '?',
        row.receipt === null ? '?' : shortPath(row.receipt),
      ]);
      context.say(
        textTable(
          titles.map((title, i) => ({ title, align: i === 2 ? 'right' : 'left' })),
          lines,
          110,
        ),
      );
      if (more) context.say(vi ? `… chỉ hiện ${MAX_ROWS} dòng đầu` : `… only the first ${MAX_ROWS} rows are shown`);
    }
    return 0;
  } finally {
    await warehouse.close();
  }
}

/** Spreadsheet row of the header; undefined where records cannot be counted on from it: no header, or blank rows. */
async function headerRow(version: Version, receipts: ObjectStore): Promise<number | undefined> {
  const receipt = await readWholeReceipt(receipts, version);
  return receipt?.blankRows === 0 ? (receipt.headerRow ?? undefined) : undefined;
}
