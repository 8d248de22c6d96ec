// Be Vietnam Pro as @font-face rules with the fonts inside: pages open anywhere, without a network.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The vietnamese subset lacks plain Latin letters, so each weight needs both, told apart by unicode-range. */
const RANGES = {
  vietnamese:
    'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD',
} as const;
const WEIGHTS = [400, 600] as const;

/** @param folder with the font's .woff2 files; undefined when they are not there: readers use fonts of their own */
export function readFontCss(folder: string): string | undefined {
  const rules: string[] = [];
  for (const weight of WEIGHTS) {
    for (const [subset, range] of Object.entries(RANGES)) {
      const file = join(folder, `be-vietnam-pro-${subset}-${weight}-normal.woff2`);
      if (!existsSync(file)) return undefined;
      const data = readFileSync(file).toString('base64');
      rules.push(
        `@font-face{font-family:"Be Vietnam Pro";font-weight:${weight};font-display:swap;unicode-range:${range};src:url(data:font/woff2;base64,${data}) format("woff2")}`,
      );
    }
  }
  return rules.join('\n');
}
