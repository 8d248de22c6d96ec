// SQL text as tokens with their lines: enough to find names and refuse constructs, not a parser.

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  /** Lower case for words; inner text for quoted names and strings. */
  readonly text: string;
  readonly line: number;
  /** Characters from the start of the text. */
  readonly at: number;
}

const PATTERN =
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|'(?<string>(?:[^']|'')*)'|"(?<quoted>(?:[^"]|"")*)"|(?<number>\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<symbol>::|\|\||<=|>=|<>|!=|->|=>|\/\/|\*\*|==|[\s\S])/gu;

/** Comments and white space are left out. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  for (const match of sql.matchAll(PATTERN)) {
    const { string, quoted, number, word, symbol } = match.groups ?? {};
    const at = match.index;
    if (string !== undefined) found.push({ kind: 'string', text: string.replaceAll("''", "'"), line, at });
    else if (quoted !== undefined) found.push({ kind: 'quoted', text: quoted.replaceAll('""', '"'), line, at });
    else if (number !== undefined) found.push({ kind: 'number', text: number, line, at });
    else if (word !== undefined) found.push({ kind: 'word', text: word.toLowerCase(), line, at });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol, line, at });
    line += match[0].split('\n').length - 1;
  }
  return found;
}
