// The communes' outlines for the leaders' page: GeoJSON, when somebody put it there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../lake/errors';
import type { CommuneMap } from '../lake/report/figure';

const ring = z.array(z.array(z.number()));
const shape = z.object({
  features: z.array(
    z.object({
      properties: z.object({ code: z.string(), name: z.string() }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
      ]),
    }),
  ),
});

/** Looked for in the home first, then beside the project, where the real lists may lie. */
export function findMap(root: string, home: string): string | undefined {
  return [join(home, 'maps', 'communes.geojson'), join(root, '..', 'shared', 'real-data', 'hue-communes.geojson')].find(
    (path) => existsSync(path),
  );
}

/** @throws InputError E_MAP */
export function readMap(path: string): CommuneMap {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new InputError(
      'E_MAP',
      {
        vi: `Không đọc được bản đồ “${path}”; cần GeoJSON FeatureCollection (WGS84), mỗi đơn vị có properties.code và properties.name.`,
        en: `The map “${path}” cannot be read; expected a GeoJSON FeatureCollection (WGS84) whose features have properties.code and properties.name.`,
      },
      { cause },
    );
  }
}
