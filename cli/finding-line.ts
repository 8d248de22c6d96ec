// A message with its code, for the line of a terminal: the code is what docs/errors.md is searched by.
import type { Finding } from '../lake/submission/finding';

/** A message of several lines carries its code on the first, above the place it points at. */
export function withCode(message: string, code: string): string {
  const [first = '', ...rest] = message.split('\n');
  return [`${first} (${code})`, ...rest].join('\n');
}

export const findingLine = (finding: Finding, lang: 'vi' | 'en'): string =>
  withCode(finding.message[lang], finding.code);
