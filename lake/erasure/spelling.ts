// A person's number as a pattern: however it was grouped, wherever it stands in a text. For proving that it is gone.
import { normaliseSubject } from './suppression';

/** Between the characters of a number people put spaces, dots, hyphens and apostrophes. */
const BETWEEN = "[ .'\u2019\u00a0\u2009\u202f-]{0,2}";
const BETWEEN_RE2 = "[ .'\\x{2019}\\x{00A0}\\x{2009}\\x{202F}-]{0,2}";

/** Stands where a number stood. */
export const COVERED = '*****';

export interface Spelling {
  /** Finds every occurrence in a text. */
  readonly pattern: RegExp;
  /** As `pattern`, for texts in which a spreadsheet stores numbers without their leading zeros. */
  readonly inSheets: RegExp;
  /** The same for engines with RE2 syntax. */
  readonly re2: string;
}

/** Part of a longer number is another number; letters may stand beside it. */
export function spellingOf(subject: string): Spelling {
  const characters = [...normaliseSubject(subject)];
  const text = characters.join(BETWEEN);
  const bare = characters.slice(
    Math.max(
      0,
      characters.findIndex((character) => character !== '0'),
    ),
  );
  return {
    pattern: new RegExp(`(?<!\\p{N})${text}(?!\\p{N})`, 'giu'),
    inSheets: new RegExp(`(?<!\\p{N})0*${bare.join(BETWEEN)}(?!\\p{N})`, 'giu'),
    re2: `(?i)(?:^|[^0-9])${characters.join(BETWEEN_RE2)}(?:$|[^0-9])`,
  };
}

export function countMatches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
