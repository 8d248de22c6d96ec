// What the pages point at is there: files, anchors, commands, flags, scripts, paths, packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchors, codes, pages, ROOT, sources, targets } from './pages';

const manifest: {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const commands = readdirSync(join(ROOT, 'cli', 'commands')).map((name) => name.replace(/\.ts$/, ''));
const cli = sources(['cli'], '.ts')
  .map((source) => source.text)
  .join('\n');

/** `npx tamgiang` lines of a page, without the text in quotes. */
const calls = (text: string): string[] =>
  codes(text)
    .filter((code) => /\btamgiang /.test(code))
    .map((code) => code.replace(/"[^"]*"/g, '""'));

describe('the pages', () => {
  it('are found', () => {
    expect(pages().map((page) => page.path)).toEqual(expect.arrayContaining(['README.md', 'docs/tour.md']));
  });
});

describe.each(pages())('$path', ({ path, text }) => {
  it('links to files and headings that exist', () => {
    const broken = targets(text).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, linked))) return true;
      return anchor !== undefined && !anchors(readFileSync(join(ROOT, linked), 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('shows only commands and flags that exist', () => {
    const wrong = calls(text).filter((call) => {
      const named = /\btamgiang ([a-z]+)/.exec(call)?.[1];
      const flags = [...call.matchAll(/--([a-z-]+)/g)].map(([, flag = '']) => flag);
      const known = (flag: string) => flag === 'help' || cli.includes(`--${flag} `) || cli.includes(`--${flag}'`);
      return (named !== undefined && !commands.includes(named)) || !flags.every(known);
    });
    expect(wrong).toEqual([]);
  });

  it('shows only npm scripts that exist', () => {
    const named = codes(text).flatMap((code) =>
      [...code.matchAll(/\bnpm run ([a-z:]+)/g)].map(([, script = '']) => script),
    );
    expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const named = codes(text)
      .filter((code) => /^(lake|platform|cli|queries|schemas|test|docs|\.ci)\/[\w./-]*$/.test(code))
      .filter((code) => !existsSync(join(ROOT, code)));
    expect(named).toEqual([]);
  });

  it('names no path of somebody’s machine', () => {
    expect(text.match(/(?<![\w.])\/(home|work|tmp|Users|root)\/\S*/g) ?? []).toEqual([]);
  });
});

describe('docs/decisions/0003-dependencies.md', () => {
  it('has a line for every dependency, and for nothing else', () => {
    const text = readFileSync(join(ROOT, 'docs', 'decisions', '0003-dependencies.md'), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    expect(named.sort()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
  });
});
