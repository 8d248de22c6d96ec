// A home on disk: made where there is none, opened where there is one, swept of what dead processes left.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../../lake/errors';
import { createHome, isHome, localWorkspace, openHome } from '../../../platform/local/home';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const DEAD = `${hostname()}~999999999`;

describe('createHome', () => {
  it('makes every zone, and opens what it made', async () => {
    const dir = join(folder, 'mới có dấu', 'hồ');
    expect(isHome(dir)).toBe(false);
    const home = await createHome(dir);
    expect(readdirSync(dir).sort()).toEqual(['control', 'curated', 'ingest', 'quarantine', 'raw', 'receipts', 'tmp']);
    expect(isHome(dir)).toBe(true);
    expect(openHome(dir).dir).toBe(home.dir);
  });

  it('sweeps away work folders of dead processes and nothing that may be in use', async () => {
    const dir = join(folder, 'quet');
    const tmp = join(dir, 'tmp');
    mkdirSync(tmp, { recursive: true });
    for (const name of [`${DEAD}~a`, `${hostname()}~${process.pid}~b`, 'may-khac~1~c']) {
      mkdirSync(join(tmp, name));
      writeFileSync(join(tmp, name, 'tep'), 'x');
    }
    writeFileSync(join(tmp, 'dang-ghi'), 'x');
    writeFileSync(join(tmp, `${DEAD}~d.part`), 'x');
    await createHome(dir);
    expect(readdirSync(tmp).sort()).toEqual(['dang-ghi', 'may-khac~1~c', `${hostname()}~${process.pid}~b`].sort());
  });

  it('says so where the folder cannot be made', async () => {
    writeFileSync(join(folder, 'la-tep'), '');
    await expect(createHome(join(folder, 'la-tep', 'ho'))).rejects.toMatchObject({
      name: 'InputError',
      code: 'E_READ_ONLY',
    });
  });
});

describe('openHome', () => {
  it('refuses a folder that is no lake and says how to make one', () => {
    expect(() => openHome(join(folder, 'khong-co'))).toThrow(InputError);
    expect(() => openHome(join(folder, 'khong-co'))).toThrow('tamgiang demo');
    expect(existsSync(join(folder, 'khong-co'))).toBe(false);
  });
});

describe('a workspace', () => {
  it('gives each work its own folder and takes it away again', async () => {
    const workspace = localWorkspace(join(folder, 'viec'));
    const [one, two] = [await workspace.open(), await workspace.open()];
    expect(one.dir).not.toBe(two.dir);
    writeFileSync(join(one.dir, 'tep'), 'x');
    await one.close();
    expect([existsSync(one.dir), existsSync(two.dir)]).toEqual([false, true]);
  });

  it('knows itself alive, a number nobody has dead, and of other machines nothing', () => {
    const workspace = localWorkspace(folder);
    expect([workspace.owner, DEAD, 'may-khac~999999999'].map((owner) => workspace.isAlive(owner))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('digest', () => {
  it('is the hash and size of the bytes', async () => {
    const bytes = Buffer.alloc(3_000_000, 'hồ');
    writeFileSync(join(folder, 'to'), bytes);
    const { files } = await createHome(join(folder, 'bam'));
    expect(await files.digest(join(folder, 'to'))).toEqual({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: 3_000_000,
    });
  });
});
