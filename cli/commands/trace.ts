// trace: from rows back to the file, version, hash, record and receipt they came from.
import { join } from 'node:path';
import type { Command } from 'commander';
import { contractOfTable } from '../../lake/submission/submit';
import { allVersions } from '../../lake/submission/versions';
import { arrowToJson } from '../../lake/warehouse/json';
import { readableLake } from '../context';
import type { Action } from '../main';
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
          const rows = answer.rows.slice(0, MAX_ROWS).map(([submission, id, record, ...key]) => {
            const version = versions.get(`${submission}|${id}`);
            return {
              key: Object.fromEntries(keys.map((name, i) => [name, key[i] ?? null])),
              submission: String(submission),
              version: String(id),
              record: Number(record),
              file: version?.file ?? null,
              sha256: version?.sha256 ?? null,
              raw: version ? join(context.home, 'raw', version.raw) : null,
              receipt: version
                ? join(context.home, 'receipts', version.submission, 'v', version.version, 'receipt.html')
                : null,
            };
          });
          const more = answer.rows.length > MAX_ROWS;
          if (context.json) context.document({ table: contract.dataset, rows, more });
          else {
            const titles =
              context.lang === 'vi'
                ? ['Khóa', 'Tệp', 'Bản ghi', 'Phiên bản', 'sha256', 'Biên nhận']
                : ['Key', 'File', 'Record', 'Version', 'sha256', 'Receipt'];
            const lines = rows.map((row) => [
              Object.values(row.key).join(' '),
              row.file ?? '?',
              String(row.record),
              row.version,
              row.sha256 ?? '?',
              row.receipt ?? '?',
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
