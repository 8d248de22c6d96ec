// docs/controls.md and the tests of control-table.test.ts tell the same: 46 rows, each proved by a template, elsewhere, or not
// here for a reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

describe('docs/controls.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'controls.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| (.+) \| (\d) \| (.+) \|$/gm)].map(
    ([, row = '', , level = '', proof = '']) => ({ row, level, proof }),
  );
  const tested = [
    ...readFileSync(join(__dirname, 'control-table.test.ts'), 'utf8').matchAll(/^ {2}it\('control (\d\d) /gm),
  ].map(([, row]) => String(Number(row)));

  it('has all 46 rows, once each, in order', () => {
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 46 }, (_, i) => String(i + 1)));
  });

  it('says “template” exactly where a numbered test proves it', () => {
    expect(rows.filter(({ proof }) => proof.startsWith('template')).map(({ row }) => row)).toEqual(tested);
  });

  it('names a file that is there, or a reason, everywhere else', () => {
    for (const { row, proof } of rows.filter((one) => !one.proof.startsWith('template'))) {
      const files = [...proof.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
      if (proof.startsWith('elsewhere')) {
        expect([row, files.length > 0]).toEqual([row, true]);
        expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
      } else expect([row, proof]).toEqual([row, expect.stringMatching(/^not here: .{40,}/)]);
    }
  });

  it('is held against every province there is', () => {
    const provinces = readdirSync(join(ROOT, 'infra', 'provinces')).map((file) => file.replace('.yaml', ''));
    const whole = readFileSync(join(__dirname, 'whole.ts'), 'utf8');
    expect(provinces.filter((province) => !whole.includes(`synth('${province}')`))).toEqual([]);
  });
});
