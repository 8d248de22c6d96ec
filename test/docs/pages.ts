// The Markdown pages of the project, and the parts of them that can be held against the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

export interface Page {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** README, CONTRIBUTING and everything below docs/. */
export function pages(): Page[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`);
  return [...top, ...docs].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Text without fenced code, where brackets are no links and `#` is no heading. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

/** Anchors of the headings as GitHub makes them. */
export function anchors(text: string): string[] {
  return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Targets of links and images that stay inside the project. */
export function targets(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Code spans, fenced lines and indented lines. */
export function codes(text: string): string[] {
  const fenced = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, body = '']) => body.split('\n'));
  const indented = prose(text)
    .split('\n')
    .filter((line) => line.startsWith('    '));
  const spans = [...prose(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replace(/\s+/g, ' '));
  return [...fenced, ...indented, ...spans].map((code) => code.trim());
}

/** Files below some folders of the root. */
export function sources(folders: readonly string[], extension: string): Page[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(extension))
      .map((name) => {
        const path = `${folder}/${name.replaceAll('\\', '/')}`;
        return { path, text: readFileSync(join(ROOT, path), 'utf8') };
      }),
  );
}
