// One mistake in a contract, placed where an editor would show it, with the values that would be right.
import type { Bilingual } from '../errors';
import { nearest } from '../text';

export type PathPart = string | number;

export type ProblemCode =
  | 'C_YAML'
  | 'C_MISSING'
  | 'C_UNKNOWN'
  | 'C_VALUE'
  | 'C_NAME'
  | 'C_TYPE'
  | 'C_PATTERN'
  | 'C_FIELD_ID'
  | 'C_ALIAS'
  | 'C_KEY'
  | 'C_CODE_LIST'
  | 'C_RULE'
  | 'C_PERSONAL'
  | 'C_LEGAL_BASIS'
  | 'C_ODCS';

/** A mistake before it is placed: `path` leads through the YAML document. */
export interface Problem {
  readonly code: ProblemCode;
  readonly path: readonly PathPart[];
  readonly message: Bilingual;
  /** What the contract says there; null: nothing. */
  readonly found: string | null;
  /** Allowed values, or the form a value must have. */
  readonly expected: readonly string[];
  /** The mistake is the key itself, not its value. */
  readonly atKey?: boolean;
}

export interface ContractFinding {
  readonly code: ProblemCode;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** For example `schema[0].properties[3].customProperties[1].value`. */
  readonly path: string;
  readonly message: Bilingual;
  readonly found: string | null;
  readonly expected: readonly string[];
}

/** The nearest allowed spelling in brackets, in both languages, or nothing. */
export function didYouMean(found: string, allowed: readonly string[]): Bilingual {
  const near = nearest(found, allowed);
  return near === undefined ? { vi: '', en: '' } : { vi: ` (gần nhất: "${near}")`, en: ` (nearest: "${near}")` };
}

export function pathText(path: readonly PathPart[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** Path into the column at `i`. Behind `customProperties` an entry is named by its property. */
export function atColumn(i: number, ...rest: readonly PathPart[]): readonly PathPart[] {
  return ['schema', 0, 'properties', i, ...rest];
}

/** How a check hands over a problem: code, place, found, expected, Vietnamese, English. */
export type Report = (
  code: ProblemCode,
  path: readonly PathPart[],
  found: string | null,
  expected: readonly string[],
  vi: string,
  en: string,
) => void;
