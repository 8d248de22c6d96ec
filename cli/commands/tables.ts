// tables: what the lake holds.
import type { Command } from 'commander';
import { history, planFiles } from '../../lake/table/plan';
import { loadModels } from '../../platform/local/models';
import { type OpenLake, withLake } from '../lake';
import type { Action } from '../main';
import { textTable } from '../text-table';

interface TableLine {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly snapshot: string | null;
  readonly committedAt: string | null;
}

export function register(program: Command, action: Action): void {
  program
    .command('tables')
    .description('các bảng có trong hồ · the tables of the lake')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang tables --json')
    .action(
      action(async (context) => {
        const lines = await withLake(context, 'read', (lake) => listTables(context.root, lake));
        if (context.json) context.document({ tables: lines });
        else {
          const titles =
            context.lang === 'vi'
              ? ['Bảng', 'Loại', 'Dòng', 'Tệp', 'Lần ghi', 'Tên']
              : ['Table', 'Kind', 'Rows', 'Files', 'Snapshot', 'Title'];
          const rows = lines.map((line) => [
            line.name,
            line.kind,
            String(line.rows),
            String(line.files),
            line.snapshot ?? '–',
            line.title,
          ]);
          context.say(
            textTable(
              titles.map((title, i) => ({ title, align: i === 2 || i === 3 ? 'right' : 'left' })),
              rows,
            ),
          );
        }
        return 0;
      }),
    );
}

async function listTables(root: string, lake: OpenLake): Promise<TableLine[]> {
  const { catalog, zones } = lake.ports;
  const inCatalog = new Set(await catalog.list());
  const datasets = [...lake.contracts.values()].map((contract) => ({
    name: contract.dataset,
    kind: 'dataset',
    title: contract.title,
  }));
  // On AWS marts are Athena's, in a database of their own.
  const models = (lake.aws ? [] : loadModels(root)).map((model) => ({
    name: model.name,
    kind: model.kind,
    title: model.title.vi,
  }));
  const lines: TableLine[] = [];
  for (const entry of [...datasets, ...models]) {
    const head = inCatalog.has(entry.name) ? await catalog.load(entry.name) : undefined;
    if (!head) {
      lines.push({ ...entry, rows: 0, files: 0, bytes: 0, snapshot: null, committedAt: null });
      continue;
    }
    const { files } = await planFiles(zones.curated, head.metadata);
    const current = history(head.metadata).find((snapshot) => snapshot.isCurrent);
    lines.push({
      ...entry,
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      snapshot: current?.snapshotId ?? null,
      committedAt: current?.committedAt ?? null,
    });
  }
  return lines;
}
