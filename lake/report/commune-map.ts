// The communes' outlines for the leaders' page, from GeoJSON.
import { z } from 'zod';
import { InputError } from '../errors';
import type { CommuneMap } from './figure';

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

/**
 * @param place where the text comes from, for whoever has to mend it
 * @throws InputError E_MAP
 */
export function parseCommuneMap(text: string, place: string): CommuneMap {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError(
      'E_MAP',
      {
        vi: `Không đọc được bản đồ “${place}”; cần GeoJSON FeatureCollection (WGS84), mỗi đơn vị có properties.code và properties.name.`,
        en: `The map “${place}” cannot be read; expected a GeoJSON FeatureCollection (WGS84) whose features have properties.code and properties.name.`,
      },
      { cause },
    );
  }
}
