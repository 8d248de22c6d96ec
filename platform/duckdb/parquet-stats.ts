// Reads what COPY … RETURN_STATS says of each column. The footer figures cover personal columns too: never log them.
import { z } from 'zod';
import type { ColumnText } from '../../lake/table/stats';

const entries = <T extends z.ZodType>(value: T) => z.array(z.object({ key: z.string(), value }));
const shape = entries(entries(z.string()));

/** By column name. */
export function readColumnTexts(statistics: unknown): ReadonlyMap<string, ColumnText> {
  const texts = new Map<string, ColumnText>();
  for (const { key, value } of shape.parse(statistics)) {
    const figures = new Map(value.map((entry) => [entry.key, entry.value]));
    const min = figures.get('min');
    const max = figures.get('max');
    texts.set(key.replace(/^"|"$/g, '').replaceAll('""', '"'), {
      nullCount: Number(figures.get('null_count') ?? 0),
      valueCount: Number(figures.get('num_values') ?? 0),
      sizeBytes: Number(figures.get('column_size_bytes') ?? 0),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    });
  }
  return texts;
}
