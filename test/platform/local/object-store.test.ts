import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localObjectStore } from '../../../platform/local/object-store';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'Kho dữ liệu '));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const store = () => localObjectStore(join(home, 'curated'));

describe('the local object store', () => {
  it('lets one of many writers of a key win and leaves nothing half done', async () => {
    const local = store();
    const outcomes = await Promise.all(Array.from({ length: 64 }, (_, i) => local.putIfAbsent('t/a.json', `${i}`)));
    expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
    expect(Buffer.from((await local.get('t/a.json')) ?? []).toString()).toBe(String(outcomes.indexOf('CREATED')));
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });

  it('makes sure on the disk of files and their names, except of what is fleeting', async () => {
    const local = localObjectStore(join(home, 'control'), { isFleeting: (key) => key.startsWith('turn/') });
    const synced = jest.spyOn(fs, 'fsync');
    const syncs = async (action: Promise<unknown>) => {
      await action;
      const { length } = synced.mock.calls;
      synced.mockClear();
      return length;
    };
    try {
      expect(await syncs(local.putIfAbsent('version/a.json', '{}'))).toBe(2);
      expect(await syncs(local.put('page/a.html', '{}'))).toBe(1);
      const together = ['b', 'c', 'd'].map((name) => local.putIfAbsent(`version/${name}.json`, '{}'));
      expect(await syncs(Promise.all(together))).toBeGreaterThanOrEqual(4);
      expect(await syncs(local.putIfAbsent('turn/a.json', '{}'))).toBe(0);
      expect(await syncs(local.put('turn/a.json', '{}'))).toBe(0);
    } finally {
      synced.mockRestore();
    }
  });

  it('replaces with put, and only with put', async () => {
    const local = store();
    await local.put('trang.html', 'một');
    await local.put('trang.html', 'hai');
    expect(await local.putIfAbsent('trang.html', 'ba')).toBe('EXISTS');
    expect(Buffer.from((await local.get('trang.html')) ?? []).toString()).toBe('hai');
    expect(await local.get('khac.html')).toBeUndefined();
  });

  it('copies a file on put, so that the sender’s own stays apart, and moves it on adopt', async () => {
    const local = store();
    const source = join(home, 'Báo cáo.csv');
    writeFileSync(source, 'a;b');
    expect(await local.putFileIfAbsent('raw/bao-cao.csv', source)).toBe('CREATED');
    writeFileSync(source, 'đã sửa');
    expect(readFileSync(await local.toFile('raw/bao-cao.csv'), 'utf8')).toBe('a;b');
    expect(await local.adoptFileIfAbsent('raw/bao-cao.csv', source)).toBe('EXISTS');
    expect(await local.adoptFileIfAbsent('raw/bao-cao-2.csv', source)).toBe('CREATED');
    expect(existsSync(source)).toBe(false);
    expect(readFileSync(await local.toFile('raw/bao-cao-2.csv'), 'utf8')).toBe('đã sửa');
    writeFileSync(source, 'mới');
    await local.putFile('raw/bao-cao.csv', source);
    expect(readFileSync(await local.toFile('raw/bao-cao.csv'), 'utf8')).toBe('mới');
    expect(existsSync(source)).toBe(true);
  });

  it('lists a prefix in byte order, also one that ends within a name', async () => {
    const local = store();
    for (const key of ['t/v10.json', 't/v2.json', 't/w.json', 't2/v1.json', 't/v/x.json'])
      await local.putIfAbsent(key, '12');
    const keys = async (prefix: string) => (await local.list(prefix)).map(({ key }) => key);
    expect(await keys('t/v')).toEqual(['t/v/x.json', 't/v10.json', 't/v2.json']);
    expect(await keys('t')).toEqual(['t/v/x.json', 't/v10.json', 't/v2.json', 't/w.json', 't2/v1.json']);
    expect(await keys('none/')).toEqual([]);
    expect(await local.list('t/w.json')).toMatchObject([{ key: 't/w.json', sizeBytes: 2 }]);
    expect(await local.folders('')).toEqual(['t', 't2']);
    await local.delete('t/w.json');
    expect(await keys('t/w')).toEqual([]);
  });

  it('names locations letter by letter, spaces and diacritics included', () => {
    expect(store().location('t/data/a.parquet')).toBe(`file://${home}/curated/t/data/a.parquet`);
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', 'a\\b', '.an', 'a/.b', 'xã', 'a\u0000b', 'c:/x'])(
    'refuses the key %j',
    async (key) => {
      await expect(store().putIfAbsent(key, 'x')).rejects.toMatchObject({ name: 'InputError', code: 'E_KEY' });
      await expect(store().get(key)).rejects.toMatchObject({ code: 'E_KEY' });
    },
  );

  it('says which folder cannot be written when a file is in its place', async () => {
    writeFileSync(join(home, 'curated'), '');
    await expect(store().putIfAbsent('t/a', 'x')).rejects.toMatchObject({
      message: expect.stringContaining(join(home, 'curated')),
    });
  });

  it('says which folder is read-only and how to repair it', async () => {
    mkdirSync(join(home, 'tmp'));
    chmodSync(join(home, 'tmp'), 0o500);
    // The administrator may write everywhere; then there is nothing to refuse.
    const outcome = store().putIfAbsent('t/a', 'x');
    if (process.getuid?.() === 0) await expect(outcome).resolves.toBe('CREATED');
    else await expect(outcome).rejects.toMatchObject({ name: 'InputError', code: 'E_READ_ONLY' });
    chmodSync(join(home, 'tmp'), 0o700);
  });
});
