// docs/errors.md against the codes in the sources.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchors, ROOT, sources, targets } from './pages';

const text = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
const codes = new Set(
  sources(['lake', 'platform', 'lambdas', 'infra', 'cli'], '.ts').flatMap((source) =>
    [...source.text.matchAll(/['"`]([EWFC]_[A-Z][A-Z0-9_]*)['"`]/g)].map(([, code = '']) => code),
  ),
);

describe('docs/errors.md', () => {
  it('has a heading for every code of the sources', () => {
    expect(codes.size).toBeGreaterThan(100);
    expect([...codes].filter((code) => !headings.includes(code))).toEqual([]);
  });

  it('has no heading for a code that is gone, and none twice', () => {
    expect(headings.filter((heading) => !codes.has(heading))).toEqual([]);
    expect(headings.filter((heading, i) => headings.indexOf(heading) !== i)).toEqual([]);
  });

  it('says under every code what it means, shows it and tells what to do', () => {
    const parts = text.split(/^### /m).slice(1);
    const bare = parts.filter((part) => !/^.+\n\S[\s\S]+\nExample: [\s\S]+\n\*\*What to do:\*\* \S/.test(part));
    expect(bare.map((part) => part.split('\n')[0])).toEqual([]);
  });

  it('lists every heading in its table of contents', () => {
    const listed = new Set(targets(text).filter((target) => target.startsWith('#')));
    const headed = anchors(text).filter((anchor) => anchor !== 'error-codes');
    expect(headed.filter((anchor) => !listed.has(`#${anchor}`))).toEqual([]);
  });
});
