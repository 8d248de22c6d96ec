// expire: shortens the history and deletes what nothing names any more.
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { dropStaleOffers, offeredKeys, openOffers } from '../../lake/submission/handoff';
import { LEASE_MS } from '../../lake/table/decide';
import { expireSnapshots, removeOrphans } from '../../lake/table/expire';
import { dropSnapshots } from '../../lake/table/metadata-builder';
import { expired, type Retention } from '../../lake/table/retention';
import { type TablePorts, tablePorts } from '../../lake/table/transact';
import { othersAtWork, visibly } from '../../platform/local/at-work';
import { type Context, tell } from '../context';
import { parseAge, parseCount, sizeText } from '../flags';
import { type OpenLake, withLake, withSettledLake } from '../lake';
import type { Action } from '../main';
import { createProgress } from '../progress';
import { chooseTables } from '../table-names';
import { textTable } from '../text-table';

/**
 * An offer is good for a lease after its files were written, and who looked at it in time may still be about to swap: as long
 * again until what was not named by then is nobody's.
 */
const BUSY_GRACE_MS = 2 * LEASE_MS;

interface Options {
  readonly keep?: string;
  readonly maxAge?: string;
  readonly orphansOlderThan: string;
  readonly dryRun?: true;
}

interface Line {
  readonly table: string;
  readonly snapshots: number;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly offers: number;
}

export function register(program: Command, action: Action): void {
  program
    .command('expire')
    .description('rút gọn lịch sử, xóa tệp không còn ai dùng · shorten the history, delete what nothing names')
    .argument('[table...]', 'default: every table')
    .option('--keep <n>', 'newest snapshots kept whatever their age (default: the table’s own, 100)')
    .option('--max-age <time>', 'younger snapshots are kept: 24h, 7d (default: the table’s own, 24h)')
    .option('--orphans-older-than <time>', 'unreferenced files younger than this stay', '7d')
    .option('--dry-run', 'only say what would go')
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang expire --dry-run
  tamgiang expire gia_thi_truong --keep 10 --max-age 30d
  tamgiang expire --orphans-older-than 0
  tamgiang expire --dry-run --aws hue

Không bao giờ xóa tệp mà một lần ghi còn giữ, một thẻ hay một đề nghị ghi đang chờ còn cần. Dưới 48h chỉ được khi không có ai
đang làm việc trong hồ (E_GRACE). “--as-of” chỉ hỏi được các lần ghi còn giữ; “history” vẫn kể các lần ghi cũ.
Files that a retained snapshot, a tag or an open offer names are never deleted. Below 48h nobody else may be at work in the
lake (E_GRACE). “--as-of” reaches retained snapshots only; “history” still tells of the older ones.`,
    )
    .action(
      action(async (context, names: string[], options: Options) => {
        const retention: Retention = {
          ...(options.keep === undefined ? {} : { keepAtLeast: parseCount('--keep', options.keep, 1) }),
          ...(options.maxAge === undefined ? {} : { maxAgeMs: parseAge('--max-age', options.maxAge) }),
        };
        const graceMs = parseAge('--orphans-older-than', options.orphansOlderThan);
        const dryRun = options.dryRun === true;
        if (context.aws !== undefined && graceMs < BUSY_GRACE_MS) throw alwaysAtWork();
        const lines: Line[] = [];
        const expireAll = async (lake: OpenLake) => {
          const tables = await chooseTables(names, lake);
          const progress = createProgress(tables.length);
          await visibly(lake.ports, async () => {
            for (const table of tables) {
              lines.push(await expireOne(table, retention, graceMs, dryRun, lake));
              progress.step(table, lines.length);
            }
          }).finally(() => progress.end());
        };
        await (dryRun ? withLake(context, 'write', expireAll) : withSettledLake(context, expireAll));
        if (context.json) context.document({ dryRun, expired: lines });
        else print(context, lines, dryRun);
        return 0;
      }),
    );
}

async function expireOne(
  table: string,
  retention: Retention,
  graceMs: number,
  dryRun: boolean,
  lake: OpenLake,
): Promise<Line> {
  if (graceMs < BUSY_GRACE_MS) await assertIdle(table, lake);
  const ports = tablePorts(lake.ports);
  const request = { table, ...retention };
  const head = await ports.catalog.load(table);
  const wouldGo = head ? expired(head.metadata, ports.clock.now(), retention).length : 0;
  const snapshots = dryRun ? wouldGo : await expireSnapshots(request, ports);
  const offered = async () => {
    // Asked after the listing: whoever began before it and still writes is seen here, and files of later ones are not in it.
    if (graceMs < BUSY_GRACE_MS) await assertIdle(table, lake);
    return offeredKeys(table, lake.ports);
  };
  const orphans = await removeOrphans({ table, graceMs, offered, dryRun }, dryRun ? asIf(retention, ports) : ports);
  const offers = dryRun ? 0 : await dropStaleOffers(table, lake.ports);
  return { table, snapshots, files: orphans.keys, bytes: orphans.bytes, offers };
}

/** The table as it would be without the snapshots that may go. */
function asIf(retention: Retention, ports: TablePorts): TablePorts {
  const { catalog, clock } = ports;
  const load: TablePorts['catalog']['load'] = async (table) => {
    const head = await catalog.load(table);
    if (!head) return undefined;
    const gone = new Set(expired(head.metadata, clock.now(), retention).map((snapshot) => snapshot['snapshot-id']));
    return { ...head, metadata: dropSnapshots(head.metadata, gone) };
  };
  return { ...ports, catalog: { ...catalog, load } };
}

/** @throws InputError E_GRACE: young files may belong to somebody who is about to name them */
async function assertIdle(table: string, lake: OpenLake): Promise<void> {
  if (lake.aws) throw alwaysAtWork();
  const traces = [...(await othersAtWork(lake.ports))];
  for (const { key } of await openOffers(table, undefined, lake.ports)) traces.push(`control/${key}`);
  const [first] = traces;
  if (first === undefined) return;
  throw new InputError('E_GRACE', {
    vi: `Không xóa tệp mới hơn 48 giờ khi còn người đang làm việc trong hồ (${first}): tệp đó có thể sắp được dùng. Chưa xóa tệp nào của bảng ${table}. Chờ họ xong, hoặc dùng --orphans-older-than 48h trở lên.`,
    en: `Files younger than 48 hours are not deleted while somebody is at work in the lake (${first}): they may be about to be used. No file of the table ${table} was deleted. Wait until they are done, or use --orphans-older-than 48h or more.`,
  });
}

/** On AWS nobody can tell that no function is at work. */
function alwaysAtWork(): InputError {
  return new InputError('E_GRACE', {
    vi: 'Trên AWS luôn có hàm đang làm việc: không xóa tệp mới hơn 48 giờ. Chưa xóa tệp nào. Dùng --orphans-older-than 48h trở lên.',
    en: 'On AWS functions are always at work: files younger than 48 hours are not deleted. No file was deleted. Use --orphans-older-than 48h or more.',
  });
}

function print(context: Context, lines: readonly Line[], dryRun: boolean): void {
  const { lang } = context;
  const titles =
    lang === 'vi'
      ? ['Bảng', 'Lần ghi bỏ', 'Tệp xóa', 'Chỗ trống thêm', 'Đề nghị bỏ']
      : ['Table', 'Snapshots dropped', 'Files deleted', 'Room won', 'Offers dropped'];
  context.say(
    textTable(
      titles.map((title, i) => ({ title, align: i > 0 ? 'right' : 'left' })),
      lines.map((line) => [
        line.table,
        String(line.snapshots),
        String(line.files.length),
        sizeText(line.bytes, lang),
        String(line.offers),
      ]),
    ),
  );
  const files = lines.reduce((sum, line) => sum + line.files.length, 0);
  const room = sizeText(
    lines.reduce((sum, line) => sum + line.bytes, 0),
    lang,
  );
  tell(
    context,
    dryRun
      ? {
          vi: `Chạy thử, chưa thay đổi gì: ${files} tệp sẽ bị xóa, được thêm ${room}.`,
          en: `A dry run, nothing was changed: ${files} files would go, ${room} would be won.`,
        }
      : { vi: `Đã xóa ${files} tệp, được thêm ${room}.`, en: `Deleted ${files} files, won ${room}.` },
  );
}
