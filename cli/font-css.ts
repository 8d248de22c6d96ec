// Where the page's font lies among the project's packages.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFontCss } from '../platform/local/font-css';

export function fontCss(root: string): string | undefined {
  const { resolve } = createRequire(join(root, 'package.json'));
  return readFontCss(dirname(resolve('@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2')));
}
