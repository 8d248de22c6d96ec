// trace: from rows back to the file, version, hash, record and receipt they came from.
import { join } from 'node:path';
import type { Command } from 'commander';
import { rawOf } from '../../lake/submission/raw';
import { readWholeReceipt } from '../../lake/submission/receipt-store';
import { contractOfTable } from '../../lake/submission/submit';
import { allVersions, type Version } from '../../lake/submission/versions';
import { arrowToJson } from '../../lake/warehouse/json';
import type { ObjectStore } from '../../platform/ports';
import { readableLake } from '../context';
import type { Action } from '../main';
import { shortPath } from '../short-path';
import { textTable } from '../text-table';
import { openLakeWarehouse } from '../warehouse';

const MAX_ROWS = 50;

export function register(program: Command, action: Action): void {
  program
    .command('trace')
    .description('dòng số liệu từ tệp nào, dòng nào · where rows came from')
    .argument('<table>', 'a dataset')
    .requiredOption('--where <condition>', 'SQL condition choosing the rows')
    .addHelpText('after', `\nVí dụ · example:\n  tamgiang trace don_vi_hanh_chinh --where "ma_xa = '19753'"`)
    .action(
      action(async (context, table: string, options: { where: string }) => {
        const lake = readableLake(context);
        const contract = contractOfTable(table, lake);
        const receipts = lake.ports.zones.receipts;
        const warehouse = await openLakeWarehouse(context, lake);
        try {
          const keys = contract.columns
            .filter(
              (column) => column.keyPosition > 0 && column.personal !== 'basic' && column.personal !== 'sensitive',
            )
            .map((column) => column.name);
          const question = `select _submission, _version, _row${keys.map((key) => `, ${key}`).join('')} from ${contract.dataset} where ${options.where} order by _submission, _row limit ${MAX_ROWS + 1}`;
          const answer = arrowToJson(await warehouse.query(question));
          const versions = new Map(
            (await allVersions(lake.ports.zones.control)).map((version) => [
              `${version.submission}|${version.version}`,
              version,
            ]),
          );
          const headers = new Map<Version, number | undefined>();
          const raws = new Map<Version, string>();
          for (const [submission, id] of answer.rows.slice(0, MAX_ROWS)) {
            const version = versions.get(`${submission}|${id}`);
            if (!version || headers.has(version)) continue;
            headers.set(version, await headerRow(version, receipts));
            raws.set(version, (await rawOf(version, lake.ports.zones.control)).key);
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
              raw: version ? join(context.home, 'raw', raws.get(version) ?? version.raw) : null,
              receipt: version
                ? join(context.home, 'receipts', version.submission, 'v', version.version, 'receipt.html')
                : null,
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
            if (more)
              context.say(
                context.lang === 'vi'
                  ? `… chỉ hiện ${MAX_ROWS} dòng đầu`
                  : `… only the first ${MAX_ROWS} rows are shown`,
              );
          }
          return 0;
        } finally {
          await warehouse.close();
        }
      }),
    );
}

/** Spreadsheet row of the header; undefined where records cannot be counted on from it: no header, or blank rows. */
async function headerRow(version: Version, receipts: ObjectStore): Promise<number | undefined> {
  const receipt = await readWholeReceipt(receipts, version);
  return receipt?.blankRows === 0 ? (receipt.headerRow ?? undefined) : undefined;
}
