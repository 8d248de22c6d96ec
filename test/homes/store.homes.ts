// What every object store promises. A store that fails here cannot hold a lake.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../platform/ports';
import { prepareHomes, STORES } from './homes';

prepareHomes();

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'tam-giang-homes-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

async function text(store: ObjectStore, key: string): Promise<string | undefined> {
  const bytes = await store.get(key);
  return bytes && Buffer.from(bytes).toString('utf8');
}

async function keys(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ key }) => key);
}

describe.each(STORES)('the object store: %s', (_name, make) => {
  it('lets exactly one of 64 racing writers of a key win, and keeps the winner’s bytes', async () => {
    const { store, again } = await make();
    const others = [store, again().store, again().store, again().store];
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) => others[i % 4]!.putIfAbsent('t/v1.json', `${i}`)),
    );
    expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'EXISTS')).toHaveLength(63);
    expect(await text(again().store, 't/v1.json')).toBe(String(outcomes.indexOf('CREATED')));
  });

  it('shows a put at once to get, head and list, in every process', async () => {
    const { store, again } = await make();
    for (let i = 0; i < 10; i++) {
      const key = `t/k${i}.txt`;
      expect(await store.putIfAbsent(key, 'đã ghi')).toBe('CREATED');
      const other = again().store;
      expect(await text(other, key)).toBe('đã ghi');
      expect(await other.head(key)).toMatchObject({ key, sizeBytes: Buffer.byteLength('đã ghi') });
      expect(await keys(other, 't/')).toHaveLength(i + 1);
      expect(await other.putIfAbsent(key, 'khác')).toBe('EXISTS');
    }
  });

  it('shows a delete at once, lets the key be taken again, and does not mind an absent one', async () => {
    const { store, again } = await make();
    for (const body of ['một', 'hai', 'ba']) {
      expect(await store.putIfAbsent('t/a', body)).toBe('CREATED');
      await store.delete('t/a');
      const other = again().store;
      expect(await other.get('t/a')).toBeUndefined();
      expect(await other.head('t/a')).toBeUndefined();
      expect(await other.list('t/')).toEqual([]);
    }
    await store.delete('t/a');
  });

  it('replaces with put, and only with put', async () => {
    const { store } = await make();
    await store.put('trang.html', 'một');
    await store.put('trang.html', Buffer.from('hai'));
    expect(await store.putIfAbsent('trang.html', 'ba')).toBe('EXISTS');
    expect(await text(store, 'trang.html')).toBe('hai');
  });

  it('gives back any bytes as they were, none included', async () => {
    const { store } = await make();
    const all = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    await store.putIfAbsent('b/all', all);
    await store.putIfAbsent('b/none', '');
    expect(Buffer.compare((await store.get('b/all'))!, all)).toBe(0);
    expect(await store.get('b/none')).toHaveLength(0);
    expect(await store.head('b/none')).toMatchObject({ sizeBytes: 0 });
  });

  it('lists a prefix in byte order, also one that ends within a name', async () => {
    const { store } = await make();
    for (const key of ['t/v10.json', 't/v2.json', 't/w.json', 't2/v1.json', 't/v/x.json', 't/Z', 't/_a', 't/a=b c'])
      await store.putIfAbsent(key, '12');
    expect(await keys(store, 't/v')).toEqual(['t/v/x.json', 't/v10.json', 't/v2.json']);
    expect(await keys(store, 't/')).toEqual([
      't/Z',
      't/_a',
      't/a=b c',
      't/v/x.json',
      't/v10.json',
      't/v2.json',
      't/w.json',
    ]);
    expect(await keys(store, '')).toHaveLength(8);
    expect(await keys(store, 'none/')).toEqual([]);
    expect(await store.list('t2/v1.json')).toMatchObject([{ key: 't2/v1.json', sizeBytes: 2 }]);
  });

  it('lists more keys than one answer of S3 holds', async () => {
    const { store, again } = await make();
    const wanted = Array.from({ length: 1_234 }, (_, i) => `so/${String(i * 7919).padStart(8, '0')}.json`);
    for (let at = 0; at < wanted.length; at += 32)
      await Promise.all(wanted.slice(at, at + 32).map((key) => store.putIfAbsent(key, 'x')));
    expect(await keys(again().store, 'so/')).toEqual([...wanted].sort());
  });

  it('takes a copy of a file, or the file itself, for an absent key only', async () => {
    const { store } = await make();
    const source = join(work, 'Báo cáo.csv');
    writeFileSync(source, 'a;b');
    expect(await store.putFileIfAbsent('raw/bao-cao.csv', source)).toBe('CREATED');
    writeFileSync(source, 'đã sửa');
    expect(await text(store, 'raw/bao-cao.csv')).toBe('a;b');
    expect(await store.putFileIfAbsent('raw/bao-cao.csv', source)).toBe('EXISTS');
    expect(await store.adoptFileIfAbsent('raw/bao-cao.csv', source)).toBe('EXISTS');
    expect(existsSync(source)).toBe(true);
    expect(await store.adoptFileIfAbsent('raw/bao-cao-2.csv', source)).toBe('CREATED');
    expect(existsSync(source)).toBe(false);
    expect(await text(store, 'raw/bao-cao-2.csv')).toBe('đã sửa');
  });

  it('takes a copy of a file in place of what is there', async () => {
    const { store } = await make();
    const source = join(work, 'de-rieng.csv');
    for (const body of ['một', 'hai dòng']) {
      writeFileSync(source, body);
      await store.putFile('raw/de-rieng.csv', source);
      expect(await text(store, 'raw/de-rieng.csv')).toBe(body);
    }
    expect(existsSync(source)).toBe(true);
    await expect(store.putFile('raw/khac.csv', join(work, 'none'))).rejects.toThrow();
    expect(await store.head('raw/khac.csv')).toBeUndefined();
  });

  it('takes and gives large files whole', async () => {
    const { store, again } = await make();
    const source = join(work, 'lon.parquet');
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'Tam Giang ');
    writeFileSync(source, bytes);
    const outcomes = await Promise.all(
      [store, again().store, again().store].map((one) => one.putFileIfAbsent('t/lon.parquet', source)),
    );
    expect(outcomes.sort()).toEqual(['CREATED', 'EXISTS', 'EXISTS']);
    const path = await store.toFile('t/lon.parquet');
    expect(path).toMatch(/lon\.parquet$/);
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  it('gives the file of today, not that of yesterday under the same key', async () => {
    const { store } = await make();
    await store.put('t/a.txt', 'một');
    expect(readFileSync(await store.toFile('t/a.txt'), 'utf8')).toBe('một');
    await store.put('t/a.txt', 'hai');
    const paths = await Promise.all([store.toFile('t/a.txt'), store.toFile('t/a.txt')]);
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['hai', 'hai']);
  });

  it('says of absent objects that they are absent', async () => {
    const { store } = await make();
    expect(await store.get('t/none')).toBeUndefined();
    expect(await store.head('t/none')).toBeUndefined();
    await expect(store.toFile('t/none')).rejects.toMatchObject({
      code: 'E_FILE_MISSING',
      message: expect.stringContaining('t/none'),
    });
    await expect(store.putFileIfAbsent('t/x', join(work, 'none'))).rejects.toThrow();
    expect(await store.head('t/x')).toBeUndefined();
  });

  it('names locations that lead back to the key', async () => {
    const { store } = await make();
    const location = store.location('t/data/a.parquet');
    expect(location).toMatch(/^[a-z0-9]+:\/\/.+\/t\/data\/a\.parquet$/);
    expect(store.location('t')).toBe(location.slice(0, -'/data/a.parquet'.length));
  });
});

const CHECKED = STORES.filter(([name]) => name !== 'memory');

describe.each(CHECKED)('keys of the object store: %s', (_name, make) => {
  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', 'a\\b', '.an', 'a/.b', 'xã', 'a\u0000b', 'c:/x', 'a%b'])(
    'refuses %j',
    async (key) => {
      const { store } = await make();
      for (const call of [store.putIfAbsent(key, 'x'), store.get(key), store.head(key), store.toFile(key)])
        await expect(call).rejects.toMatchObject({ name: 'InputError', code: 'E_KEY' });
    },
  );
});
