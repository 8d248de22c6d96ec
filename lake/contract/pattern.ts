// Whether a regular expression is one RE2 (DuckDB, Trino) reads the way JavaScript does: no lookaround, no backreference.

/** RE2 refuses larger counts. */
const MAX_REPEAT = 1000;

/** What RE2 cannot do in this pattern, or undefined. */
export function re2Problem(pattern: string): string | undefined {
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    const next = pattern[i + 1] ?? '';
    if (char === '\\') {
      if (!inClass && /[1-9k]/.test(next)) return `\\${next}`;
      i++;
    } else if (inClass) {
      if (char === ']') inClass = false;
    } else if (char === '[') {
      inClass = true;
    } else if (char === '(' && next === '?') {
      const group = /^\(\?(?:<?[=!]|>|P?<\w+>|[a-z-]+[:)])/.exec(pattern.slice(i))?.[0];
      if (group !== undefined) return group;
    } else if (char === '{') {
      const counts = /^\{(\d+)(?:,(\d*))?\}/.exec(pattern.slice(i));
      if (counts && Math.max(Number(counts[1]), Number(counts[2] ?? 0)) > MAX_REPEAT) return counts[0];
    } else if (/[*+?}]/.test(char ?? '') && next === '+') {
      return `${char}+`;
    }
  }
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : pattern;
  }
}

/** Whether the whole text matches, as the intake judges it. */
export function matchesWhole(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}
