// ODCS `customProperties` (a list of property and value) read as one closed record; paths name an entry by its property.
import type { z } from 'zod';
import { explain } from './explain';
import type { PathPart, Problem } from './problem';

export interface Read<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

function isEntry(entry: unknown): entry is { readonly property: string; readonly value: unknown } {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'property' in entry &&
    typeof entry.property === 'string' &&
    'value' in entry
  );
}

/** Entries of another form are left to the document's own shape. */
export function readCustomProperties<T>(list: unknown, path: readonly PathPart[], shape: z.ZodType<T>): Read<T> {
  const entries = Array.isArray(list) ? list : [];
  const position = new Map<string, number>();
  const record: Record<string, unknown> = {};
  const problems: Problem[] = [];
  entries.forEach((entry: unknown, i) => {
    if (!isEntry(entry)) return;
    const first = position.get(entry.property);
    if (first !== undefined) {
      problems.push({
        code: 'C_VALUE',
        path: [...path, i, 'property'],
        found: entry.property,
        expected: ['1'],
        message: {
          vi: `"${entry.property}" được ghi hai lần (mục ${first + 1} và ${i + 1}). Giữ lại một.`,
          en: `"${entry.property}" is given twice (entries ${first + 1} and ${i + 1}). Keep one.`,
        },
      });
      return;
    }
    position.set(entry.property, i);
    record[entry.property] = entry.value;
  });

  const result = shape.safeParse(record);
  if (!result.success)
    for (const problem of explain(result.error.issues, record, (inside) => [...path, ...inside])) {
      const i = position.get(String(problem.path[path.length]));
      const isEntryUnknown = problem.code === 'C_UNKNOWN' && problem.path.length === path.length + 1 && i !== undefined;
      problems.push(isEntryUnknown ? { ...problem, path: [...path, i, 'property'], atKey: false } : problem);
    }
  return { value: result.success ? result.data : undefined, problems };
}
