// The contracts and code lists know every header and label the made-up extracts use; otherwise the demo would be refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { HEADERS } from '../../../cli/demo/extracts/headers';
import { LABELS } from '../../../cli/demo/extracts/labels';
import { searchKey } from '../../../lake/text';

const ROOT = join(__dirname, '../../..');
const Odcs = z.object({
  schema: z.array(
    z.object({
      properties: z.array(
        z.object({
          name: z.string(),
          businessName: z.string(),
          customProperties: z.array(z.object({ property: z.string(), value: z.unknown() })).default([]),
        }),
      ),
    }),
  ),
});

function spellingsOf(dataset: string): ReadonlyMap<string, ReadonlySet<string>> {
  const file = join(ROOT, 'schemas/contracts', `${dataset}.odcs.yaml`);
  const [table] = Odcs.parse(parse(readFileSync(file, 'utf8'))).schema;
  return new Map(
    (table?.properties ?? []).map(({ name, businessName, customProperties }) => {
      const aliases = customProperties.find(({ property }) => property === 'aliases')?.value ?? [];
      return [name, new Set([name, businessName, ...z.array(z.string()).parse(aliases)].map(searchKey))];
    }),
  );
}

describe('contracts', () => {
  it.each(Object.keys(HEADERS))('%s knows every header the extracts use', (dataset) => {
    const known = spellingsOf(dataset);
    const unknown = Object.entries(HEADERS[dataset] ?? {}).flatMap(([column, titles]) =>
      titles.filter((title) => !known.get(column)?.has(searchKey(title))).map((title) => `${column}: ${title}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('code lists', () => {
  it.each(Object.keys(LABELS))('%s knows every label the extracts use', (list) => {
    const text = readFileSync(join(ROOT, 'schemas/codes', `${list}.csv`), 'utf8');
    const missing = Object.entries(LABELS[list] ?? {}).filter(
      ([code, label]) => !text.includes(`\n${code},${label},`) && !text.includes(`\n${code},"${label}",`),
    );
    expect(missing).toEqual([]);
  });
});
