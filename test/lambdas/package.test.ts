// What is deployed: the binding for the right CPU, sizes, the same bytes from the same sources.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS, ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

const out = tempFolder();
const pack = (...args: string[]) =>
  execFileSync(process.execPath, [join(ROOT, 'lambdas', 'package.mjs'), '--out', out, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
const folderOf = (name: string, arch: string) => join(out, name, arch);

/** Every file below a folder, with its hash. */
function digests(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map(
      (path) =>
        `${path} ${createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex')}`,
    )
    .sort();
}

describe('a package', () => {
  // The other CPU's binding is fetched once; this test holds what every machine can build.
  it('of intake for this CPU holds the binding, the contracts read, and leaves a margin', () => {
    expect(pack('--only', 'intake', '--arch', 'x64')).toMatch(/intake x64: [\d.]+ MB unzipped, 1[\d.]{4} MB below/);
    const folder = folderOf('intake', 'x64');
    const elf = readFileSync(join(folder, 'node_modules/@duckdb/node-bindings-linux-x64/duckdb.node')).subarray(0, 20);
    expect([elf.toString('latin1', 1, 4), elf.readUInt16LE(18)]).toEqual(['ELF', 62]);
    expect(readdirSync(folder).sort()).toEqual(['contracts', 'main.mjs', 'node_modules', 'package.json', 'schemas']);
    expect(readdirSync(join(folder, 'contracts'))).toHaveLength(CONTRACTS.size);
    expect(readFileSync(join(folder, 'main.mjs'), 'utf8')).toMatch(/export\{[^}]*\bas handler\b/);
  }, 120_000);

  it('is the same bytes when it is made again', () => {
    pack('--only', 'reconcile', '--arch', 'arm64');
    const first = digests(folderOf('reconcile', 'arm64'));
    pack('--only', 'reconcile', '--arch', 'arm64');
    expect(digests(folderOf('reconcile', 'arm64'))).toEqual(first);
    expect(readdirSync(folderOf('reconcile', 'arm64'))).not.toContain('node_modules');
  }, 120_000);

  it.each([
    [['--arch', 'riscv'], /--arch riscv/],
    [['--only', 'nobody'], /--only nobody/],
  ])('is refused for what there is not: %j', (args, message) => {
    expect(() => pack(...args)).toThrow(message);
  });
});
