// The communes' outlines for the leaders' page: GeoJSON, when somebody put it there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommuneMap } from '../lake/report/commune-map';
import type { CommuneMap } from '../lake/report/figure';

/** Looked for in the home first, then beside the project, where the real lists may lie. */
export function findMap(root: string, home: string): string | undefined {
  return [join(home, 'maps', 'communes.geojson'), join(root, '..', 'shared', 'real-data', 'hue-communes.geojson')].find(
    (path) => existsSync(path),
  );
}

/** @throws InputError E_MAP */
export function readMap(path: string): CommuneMap {
  return parseCommuneMap(readFileSync(path, 'utf8'), path);
}
