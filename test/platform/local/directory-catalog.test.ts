import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable } from '../../../lake/table/metadata-builder';
import { directoryCatalog } from '../../../platform/local/directory-catalog';
import { localObjectStore } from '../../../platform/local/object-store';
import { memoryCatalog } from '../../../platform/memory/catalog';
import { memoryObjectStore } from '../../../platform/memory/object-store';
import type { ObjectStore, TableCatalog } from '../../../platform/ports';

const TABLE = 'so_lieu_thu';
const created = createTable(
  { name: TABLE, fields: [{ id: 1, name: '_submission', type: 'string' }], boundedFields: [] },
  `memory://lake/${TABLE}`,
  '00000000-0000-4000-8000-000000000001',
  0,
);

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'danh-muc-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const homes: [string, () => TableCatalog][] = [
  ['directory on disk', () => directoryCatalog(localObjectStore(join(home, 'curated')))],
  ['directory on any store', () => directoryCatalog(memoryObjectStore())],
  ['memory', () => memoryCatalog()],
];

describe.each(homes)('the catalog: %s', (_name, make) => {
  it('creates a table once', async () => {
    const catalog = make();
    expect(await catalog.load(TABLE)).toBeUndefined();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => catalog.swap(TABLE, undefined, created)));
    expect(outcomes.filter((outcome) => outcome === 'OK')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(7);
    expect(await catalog.list()).toEqual([TABLE]);
  });

  it('swaps exactly once over the same base', async () => {
    const catalog = make();
    await catalog.swap(TABLE, undefined, created);
    const base = await catalog.load(TABLE);
    const next = (ms: number) => ({ ...created, 'last-updated-ms': ms });
    expect(await catalog.swap(TABLE, base, next(1))).toBe('OK');
    expect(await catalog.swap(TABLE, base, next(2))).toBe('CONFLICT');
    expect((await catalog.load(TABLE))?.metadata).toEqual(next(1));
  });
});

describe('the directory catalog', () => {
  const both = () => {
    const store = localObjectStore(join(home, 'curated'));
    return [directoryCatalog(store), directoryCatalog(store)] as const;
  };
  const fill = async (catalog: TableCatalog, versions: number) => {
    for (let i = 0; i < versions; i++)
      await catalog.swap(TABLE, await catalog.load(TABLE), { ...created, 'last-updated-ms': i });
  };

  it('sees what another process committed, past version 9', async () => {
    const [mine, other] = both();
    await fill(mine, 1);
    await fill(other, 11);
    const head = await mine.load(TABLE);
    expect(head).toMatchObject({ token: '12', metadata: { 'last-updated-ms': 10 } });
    expect(head?.location).toBe(`file://${home}/curated/${TABLE}/metadata/v12.metadata.json`);
    expect(readFileSync(join(home, 'curated', TABLE, 'metadata', 'version-hint.text'), 'utf8')).toBe('12');
  });

  it('takes the highest version, whatever the hint says', async () => {
    const [mine, other] = both();
    await fill(mine, 3);
    await localObjectStore(join(home, 'curated')).put(`${TABLE}/metadata/version-hint.text`, '1');
    expect((await other.load(TABLE))?.token).toBe('3');
  });

  it('forgets a table whose folder was removed', async () => {
    const [mine] = both();
    await fill(mine, 2);
    rmSync(join(home, 'curated'), { recursive: true });
    expect(await mine.load(TABLE)).toBeUndefined();
    expect(await mine.list()).toEqual([]);
  });

  it('names a damaged metadata file, even one it has read before', async () => {
    const [mine, other] = both();
    await fill(mine, 2);
    truncateSync(join(home, 'curated', TABLE, 'metadata', 'v2.metadata.json'), 40);
    for (const catalog of [mine, other])
      await expect(catalog.load(TABLE)).rejects.toMatchObject({
        name: 'InputError',
        code: 'E_METADATA',
        message: expect.stringContaining('v2.metadata.json'),
      });
  });

  it('commits even when the hint cannot be written', async () => {
    const store: ObjectStore = { ...memoryObjectStore(), put: () => Promise.reject(new Error('full')) };
    expect(await directoryCatalog(store).swap(TABLE, undefined, created)).toBe('OK');
  });

  it('passes an unclear answer of the store on', async () => {
    const store: ObjectStore = { ...memoryObjectStore(), putIfAbsent: async () => 'UNKNOWN' };
    expect(await directoryCatalog(store).swap(TABLE, undefined, created)).toBe('UNKNOWN');
  });

  it('refuses table names that are paths', async () => {
    await expect(both()[0].load('../x')).rejects.toMatchObject({ name: 'InputError', code: 'E_TABLE_NAME' });
  });
});
