// history: what happened to a table, or to all of them, from the first commit on.
import type { Command } from 'commander';
import { parallel } from '../../lake/parallel';
import { ledgerEntries } from '../../lake/table/ledger';
import { type HistoryEntry, history } from '../../lake/table/plan';
import { type CommitRecord, readRecord } from '../../lake/table/record';
import { type Context, tell } from '../context';
import { parseCount } from '../flags';
import { type OpenLake, withLake } from '../lake';
import type { Action } from '../main';
import { chooseTables } from '../table-names';
import { textTable } from '../text-table';
import { vietnamTime } from '../vietnam-time';

const LIMIT = 100;
/** Records read at one time. */
const AT_ONCE = 16;

/** What a snapshot was for. */
type Kind = 'put' | 'replace' | 'retract' | 'compaction' | 'erasure' | 'repair' | 'foreign';

const KINDS: Readonly<Record<Kind, { readonly vi: string; readonly en: string }>> = {
  put: { vi: 'nhận mới', en: 'taken in' },
  replace: { vi: 'thay bản trước', en: 'replaced' },
  retract: { vi: 'rút lại', en: 'retracted' },
  compaction: { vi: 'gộp tệp', en: 'compacted' },
  erasure: { vi: 'xóa dữ liệu cá nhân', en: 'erased a person' },
  repair: { vi: 'sửa chữa', en: 'repaired' },
  foreign: { vi: 'phần mềm khác', en: 'other software' },
};

interface Entry extends HistoryEntry {
  readonly table: string;
  readonly kinds: readonly Kind[];
  /** False: only the ledger tells of it; `--as-of` cannot ask it any more. */
  readonly isRetained: boolean;
  /** Effects of the snapshot; the summary names the first few only. */
  readonly submissionCount: number;
}

export function register(program: Command, action: Action): void {
  program
    .command('history')
    .description('lịch sử các lần ghi của một bảng, hoặc của cả hồ · the snapshots of a table, or of the whole lake')
    .argument('[table]', 'default: every table')
    .option('--limit <n>', 'the newest so many', String(LIMIT))
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang history gia_thi_truong
  tamgiang history --limit 20
  tamgiang history --aws hue

Lần ghi có dấu * chỉ còn trong sổ cái: “--as-of” không hỏi được nữa.
Snapshots with * are only in the ledger: “--as-of” cannot ask them any more.`,
    )
    .action(
      action(async (context, table: string | undefined, options: { limit: string }) => {
        const limit = parseCount('--limit', options.limit, 1);
        const entries = await withLake(context, 'read', async (lake) => {
          const names = await chooseTables(table === undefined ? [] : [table], lake);
          const all: Entry[] = [];
          for (const name of names) all.push(...(await entriesOf(name, lake)));
          return all;
        });
        entries.sort((a, b) => (table === undefined ? byTime(a, b) : a.sequenceNumber - b.sequenceNumber));
        const shown = entries.slice(-limit);
        if (context.json)
          context.document({ ...(table === undefined ? {} : { table }), total: entries.length, snapshots: shown });
        else print(context, shown, entries.length, table === undefined);
        return 0;
      }),
    );
}

function byTime(a: Entry, b: Entry): number {
  if (a.committedAt !== b.committedAt) return a.committedAt < b.committedAt ? -1 : 1;
  return a.table === b.table ? a.sequenceNumber - b.sequenceNumber : a.table < b.table ? -1 : 1;
}

function kindsOf(record: CommitRecord | undefined, operation: string, erasedBefore: number): readonly Kind[] {
  if (!record) return ['foreign'];
  const kinds = new Set<Kind>(
    record.effects.map((effect) =>
      effect.op === 'retract' ? 'retract' : effect.formerVersion === null ? 'put' : 'replace',
    ),
  );
  if (kinds.size > 0) return [...kinds];
  if (operation === 'replace') return ['compaction'];
  const isErasure = record.erasureEpoch > erasedBefore || record.rewrites.some(({ fileAdded }) => fileAdded !== null);
  return [isErasure ? 'erasure' : 'repair'];
}

async function entriesOf(table: string, lake: OpenLake): Promise<Entry[]> {
  const { curated, control } = lake.ports.zones;
  const metadata = (await lake.ports.catalog.load(table))?.metadata;
  if (!metadata) return [];
  const retained = history(metadata);
  const ids = new Set(retained.map(({ snapshotId }) => snapshotId));
  const listed = (text: string | undefined) => text?.split(',') ?? [];
  const all: {
    readonly entry: HistoryEntry;
    readonly record: CommitRecord | undefined;
    readonly isRetained: boolean;
  }[] = [];
  for (const { snapshotId, sequenceNumber, timestampMs, summary, record } of await ledgerEntries(control, metadata)) {
    if (ids.has(snapshotId)) continue;
    const entry: HistoryEntry = {
      snapshotId,
      sequenceNumber,
      committedAt: new Date(timestampMs).toISOString(),
      operation: summary.operation ?? '?',
      addedRows: Number(summary['added-records'] ?? 0),
      deletedRows: Number(summary['deleted-records'] ?? 0),
      totalRows: Number(summary['total-records'] ?? 0),
      submissions: listed(summary['lake.submissions']),
      effects: listed(summary['lake.effects']),
      record: summary['lake.record'] ?? null,
      isCurrent: false,
    };
    all.push({ entry, record: record ?? undefined, isRetained: false });
  }
  const snapshots = new Map((metadata.snapshots ?? []).map((one) => [String(one['snapshot-id']), one]));
  all.push(
    ...(await parallel(AT_ONCE, retained, async (entry) => {
      const snapshot = snapshots.get(entry.snapshotId);
      const record = snapshot && (await readRecord(curated, table, snapshot));
      return { entry, record, isRetained: true };
    })),
  );
  all.sort((a, b) => a.entry.sequenceNumber - b.entry.sequenceNumber);
  let erasedBefore = 0;
  return all.map(({ entry, record, isRetained }) => {
    const kinds = kindsOf(record, entry.operation, erasedBefore);
    erasedBefore = record?.erasureEpoch ?? erasedBefore;
    return { table, ...entry, kinds, isRetained, submissionCount: record?.effects.length ?? 0 };
  });
}

function print(context: Context, entries: readonly Entry[], total: number, isWholeLake: boolean): void {
  const { lang } = context;
  const titles =
    lang === 'vi'
      ? ['Lần ghi', 'Lúc (giờ Việt Nam)', 'Thao tác', 'Thêm', 'Bớt', 'Tổng', 'Bài gửi']
      : ['Snapshot', 'At (Vietnamese time)', 'Operation', 'Added', 'Deleted', 'Total', 'Submissions'];
  const rows = entries.map((entry) => [
    ...(isWholeLake ? [entry.table] : []),
    `${entry.snapshotId}${entry.isCurrent ? ' ←' : entry.isRetained ? '' : ' *'}`,
    vietnamTime(Date.parse(entry.committedAt)),
    `${entry.kinds.map((kind) => KINDS[kind][lang]).join(', ')}${entry.kinds.includes('foreign') ? ` (${entry.operation})` : ''}`,
    String(entry.addedRows),
    String(entry.deletedRows),
    String(entry.totalRows),
    entry.submissions.join(', '),
  ]);
  const first = isWholeLake ? 1 : 0;
  context.say(
    textTable(
      [...(isWholeLake ? [lang === 'vi' ? 'Bảng' : 'Table'] : []), ...titles].map((title, i) => ({
        title,
        align: i >= first + 3 && i <= first + 5 ? 'right' : 'left',
      })),
      rows,
      60,
    ),
  );
  const earlier = total - entries.length;
  if (earlier > 0)
    tell(context, {
      vi: `… và ${earlier} lần ghi trước đó: --limit ${total}`,
      en: `… and ${earlier} earlier ones: --limit ${total}`,
    });
  if (entries.some((entry) => !entry.isRetained))
    tell(context, {
      vi: '* chỉ còn trong sổ cái, “--as-of” không hỏi được nữa',
      en: '* only in the ledger, “--as-of” cannot ask it any more',
    });
}
