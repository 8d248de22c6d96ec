// What a zod issue means to the person who wrote the contract: found, expected, nearest spelling, in two languages.
import type { z } from 'zod';
import type { Bilingual } from '../errors';
import type { PathPart, Problem, ProblemCode } from './problem';
import { didYouMean, pathText } from './problem';

type Issue = z.core.$ZodIssue;

/** Parts the Vietnamese from the English in the message of a shape's regular expression. */
export const WORDS_BREAK = ' ¦ ';

const TYPE_WORDS: Readonly<Record<string, Bilingual>> = {
  string: { vi: 'chuỗi ký tự (đặt trong nháy nếu là số)', en: 'text (quote it when it looks like a number)' },
  number: { vi: 'số', en: 'a number' },
  int: { vi: 'số nguyên', en: 'a whole number' },
  boolean: { vi: 'true hoặc false', en: 'true or false' },
  array: { vi: 'danh sách', en: 'a list' },
  object: { vi: 'nhóm các khóa', en: 'a group of keys' },
};

export function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function expectation(issue: Issue): { readonly expected: readonly string[]; readonly words: Bilingual } {
  const plain = (text: string) => ({ expected: [text], words: { vi: text, en: text } });
  switch (issue.code) {
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      return { expected: allowed, words: { vi: allowed.join(' | '), en: allowed.join(' | ') } };
    }
    case 'invalid_union': {
      const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      return { expected: allowed, words: { vi: allowed.join(' | '), en: allowed.join(' | ') } };
    }
    case 'invalid_type': {
      const words = TYPE_WORDS[issue.expected];
      return words ? { expected: [words.en], words } : plain(issue.expected);
    }
    case 'invalid_format': {
      const [vi, en] = issue.message.split(WORDS_BREAK);
      return vi !== undefined && en !== undefined ? { expected: [en], words: { vi, en } } : plain(issue.message);
    }
    case 'too_small':
      return plain(
        `>= ${issue.minimum}${issue.origin === 'array' || issue.origin === 'string' ? ` (${issue.origin})` : ''}`,
      );
    case 'too_big':
      return plain(
        `<= ${issue.maximum}${issue.origin === 'array' || issue.origin === 'string' ? ` (${issue.origin})` : ''}`,
      );
    default:
      return plain(issue.message);
  }
}

/**
 * Problems of one zod result. `root` is the value that was judged; `locate` turns a path inside it into a path through
 * the document.
 */
export function explain(
  issues: readonly Issue[],
  root: unknown,
  locate: (path: readonly PathPart[]) => readonly PathPart[],
): readonly Problem[] {
  return issues.flatMap((issue) => {
    const inside = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      const allowed = issue.message.split(' ');
      return issue.keys.map((key): Problem => {
        const near = didYouMean(key, allowed);
        return {
          code: 'C_UNKNOWN',
          path: locate([...inside, key]),
          atKey: true,
          found: key,
          expected: allowed,
          message: {
            vi: `Không dùng khóa "${key}" ở đây${near.vi}. Được dùng: ${allowed.join(', ')}.`,
            en: `The key "${key}" is not used here${near.en}. Allowed: ${allowed.join(', ')}.`,
          },
        };
      });
    }
    const value = valueAt(root, issue.path);
    const { expected, words } = expectation(issue);
    const key = pathText(inside.slice(inside.findLastIndex((part) => typeof part === 'string'))) || 'contract';
    const missing = value === undefined;
    const near = typeof value === 'string' ? didYouMean(value, expected) : { vi: '', en: '' };
    const code: ProblemCode = missing ? 'C_MISSING' : 'C_VALUE';
    const message: Bilingual = missing
      ? { vi: `Thiếu "${key}". Cần: ${words.vi}.`, en: `"${key}" is missing. Expected: ${words.en}.` }
      : {
          vi: `"${key}" là ${shown(value)}, cần: ${words.vi}${near.vi}.`,
          en: `"${key}" is ${shown(value)}, expected: ${words.en}${near.en}.`,
        };
    return [{ code, path: locate(inside), found: shown(value), expected, message }];
  });
}
