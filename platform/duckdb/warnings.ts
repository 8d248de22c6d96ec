// Rules that only warn are asked of the rows already accepted.
import type { ConversionRequest } from '../../lake/intake/conversion';
import { createExplainer, type Reason } from '../../lake/intake/explain';
import { type Reference, rowChecks } from '../../lake/intake/judging';
import { splitFields } from '../../lake/intake/records';
import { sqlString } from '../../lake/intake/sql-text';
import type { Finding, RuleCount } from '../../lake/submission/finding';
import type { Engine } from './engine';
import type { TextSource } from './text-source';

/** Rows named for each rule; the count goes on. */
const MAX_NAMED = 100;

export interface Warning {
  readonly count: RuleCount;
  readonly findings: readonly Finding[];
}

/** @param path Parquet file of the accepted rows */
export async function findWarnings(
  request: ConversionRequest,
  source: TextSource,
  references: readonly Reference[],
  engine: Engine,
  path: string,
): Promise<Warning[]> {
  const { contract, codeLists } = request;
  const explain = createExplainer(contract, codeLists, source.headers);
  const warnings: Warning[] = [];
  const file = `read_parquet(${sqlString(path)})`;
  for (const check of rowChecks(contract, references, 'warning')) {
    const [total] = await engine.rows(`SELECT count(*) AS n FROM ${file} WHERE ${check.violation}`);
    const count = Number(total?.n ?? 0);
    if (count === 0) continue;
    const broken = await engine.rows(
      `SELECT CAST(_row AS DOUBLE) AS _row FROM ${file} WHERE ${check.violation} ORDER BY _row LIMIT ${MAX_NAMED}`,
    );
    const index = source.headers.findIndex((cell) => cell.column === check.column);
    const reasons: Reason[] = [];
    for await (const { place, raw } of source.locate(broken.map((row) => Number(row._row)))) {
      const text = splitFields(raw, String.fromCharCode(source.delimiter))[index]?.trim() ?? '';
      reasons.push(explain(check, place, text === '' ? null : text));
    }
    const [first] = reasons;
    if (first) warnings.push({ count: { ...first.count, count }, findings: reasons.map(({ finding }) => finding) });
  }
  return warnings;
}
