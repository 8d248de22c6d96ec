// The models of queries/ from the project's folder on disk, checked.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Model, parseModels } from '../../lake/warehouse/model';

/** Folders of what `refresh` and questions go through; the others are asked one by one. */
const WAREHOUSE = ['staging', 'marts', 'kpi'] as const;

function loadFolders(root: string, folders: readonly string[]): Model[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, 'queries', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(sql|yml)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return parseModels(
    files.sort().map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') })),
  );
}

/** Staging, marts and KPIs. */
export function loadModels(root: string): Model[] {
  return loadFolders(root, WAREHOUSE);
}

/** Questions asked of rows that just came in. */
export function loadAlerts(root: string): Model[] {
  return loadFolders(root, ['alerts']);
}
