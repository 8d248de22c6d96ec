// YAML text with positions: the value for the shapes, and the line of any path for messages.
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Bilingual } from '../errors';
import { ALIAS_WORDS, firstAlias, plainValue, yamlWords } from '../yaml-words';
import type { ContractFinding, PathPart, Problem } from './problem';
import { pathText } from './problem';

export interface Source {
  readonly value: unknown;
  /** Mistakes of the YAML itself; when there are any, `value` is undefined. */
  readonly findings: readonly ContractFinding[];
  readonly place: (problem: Problem) => ContractFinding;
}

export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });

  /** `customProperties`, 'aliases' -> the value of that entry of the list. */
  function real(path: readonly PathPart[]): readonly PathPart[] {
    const steps: PathPart[] = [];
    for (const part of path) {
      const node = steps.length === 0 ? document.contents : document.getIn(steps, true);
      if (!isSeq(node) || typeof part === 'number') steps.push(part);
      else {
        const entry = node.items.findIndex((item) => isMap(item) && item.get('property') === part);
        if (entry < 0) break;
        steps.push(entry, 'value');
      }
    }
    return steps;
  }
  function offsetOf(path: readonly PathPart[], atKey: boolean): number {
    const parent = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent) && (atKey || !isNode(document.getIn(path, true)))) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
    return path.length === 0 ? 0 : offsetOf(path.slice(0, -1), false);
  }
  function place(problem: Problem): ContractFinding {
    const { atKey, path, ...rest } = problem;
    const position = lines.linePos(offsetOf(real(path), atKey ?? false));
    return { ...rest, path: pathText(path), file, line: Math.max(1, position.line), column: Math.max(1, position.col) };
  }
  function broken(offset: number, { vi, en }: Bilingual): ContractFinding {
    const position = lines.linePos(offset);
    return {
      code: 'C_YAML',
      file,
      line: Math.max(1, position.line),
      column: Math.max(1, position.col),
      path: '',
      message: {
        vi: `Tệp không phải YAML đúng: ${vi}. Sửa chỗ này trước, các lỗi khác sẽ hiện sau.`,
        en: `Not valid YAML: ${en}. Mend this first; other mistakes show afterwards.`,
      },
      found: null,
      expected: ['YAML 1.2'],
    };
  }

  if (document.errors.length > 0) {
    // After the first syntax error the parser is lost; repeated keys stand on their own.
    const syntax = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
    const told = document.errors.filter((error) => error === syntax || error.code === 'DUPLICATE_KEY');
    const findings = told.map((error) => broken(error.pos[0], yamlWords(error)));
    return { value: undefined, findings, place };
  }
  try {
    return { value: plainValue(document), findings: [], place };
  } catch {
    return { value: undefined, findings: [broken(firstAlias(document), ALIAS_WORDS)], place };
  }
}
