// Contract text -> contract and findings: YAML, then shapes, then what needs two places at once. parse.ts and lint.ts stand on it.
import { buildContract } from './build';
import type { CodeLists, Contract } from './contract';
import { crossCheck } from './cross-checks';
import { readCustomProperties } from './custom-properties';
import { explain } from './explain';
import type { ContractFinding, PathPart, Problem } from './problem';
import { columnShape, datasetShape, odcsShape, ruleShape } from './shape';
import type { Source } from './source';
import { readSource } from './source';

export interface ReadContract {
  readonly source: Source;
  /** Set only when there are no findings. */
  readonly contract: Contract | undefined;
  readonly findings: readonly ContractFinding[];
}

function child(value: unknown, ...path: readonly PathPart[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}
function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export interface Surroundings {
  readonly codeLists?: CodeLists | undefined;
  readonly known?: readonly string[] | undefined;
}

export function readContract(text: string, file: string, { codeLists, known }: Surroundings = {}): ReadContract {
  const source = readSource(text, file);
  if (source.findings.length > 0) return { source, contract: undefined, findings: source.findings };
  const root = source.value;
  const done = (contract: Contract | undefined, problems: readonly Problem[]): ReadContract => ({
    source,
    contract: problems.length === 0 ? contract : undefined,
    findings: problems.map(source.place).sort((a, b) => a.line - b.line || a.column - b.column),
  });

  const document = odcsShape.safeParse(root);
  const dataset = readCustomProperties(child(root, 'customProperties'), ['customProperties'], datasetShape);
  const columns = list(child(root, 'schema', 0, 'properties')).map((property, i) =>
    readCustomProperties(
      child(property, 'customProperties'),
      ['schema', 0, 'properties', i, 'customProperties'],
      columnShape,
    ),
  );
  const rules = list(child(root, 'schema', 0, 'quality')).map((rule, i) =>
    child(rule, 'type') === 'sql'
      ? readCustomProperties(
          child(rule, 'customProperties'),
          ['schema', 0, 'quality', i, 'customProperties'],
          ruleShape,
        )
      : undefined,
  );
  const shapeProblems = [
    ...(document.success ? [] : explain(document.error.issues, root, (path) => path)),
    ...dataset.problems,
    ...columns.flatMap((column) => column.problems),
    ...rules.flatMap((rule) => rule?.problems ?? []),
  ];
  const own = columns.flatMap((column) => (column.value ? [column.value] : []));
  if (!document.success || dataset.value === undefined || shapeProblems.length > 0)
    return done(undefined, shapeProblems);

  const built = buildContract({
    document: document.data,
    dataset: dataset.value,
    columns: own,
    rules: rules.map((rule) => rule?.value),
  });
  const { contract, problems, ruleIndexes } = built;
  if (contract === undefined) return done(undefined, problems);
  const context = { file, declaredName: document.data.name, ruleIndexes, codeLists, known };
  return done(contract, [...problems, ...crossCheck(contract, context)]);
}
