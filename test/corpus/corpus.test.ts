// Every folder of cases/ is a file as somebody might send it, with what must become of it. A missing expected/ is
// written here and must be read before it is kept; with CI=true it is a failure.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf, recordsOf } from '../../lake/intake/records';
import { type Engine, openEngine } from '../../platform/duckdb/engine';
import { tempFolder } from '../support/temp';
import { caseNames, type Judged, judgeCase, outcomeOf } from './outcome';

const temp = tempFolder();
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

describe.each(caseNames())('corpus %s', (name) => {
  let judged: Judged;
  beforeAll(async () => {
    judged = await judgeCase(name, temp, engine);
  });

  it('is judged as expected', () => {
    const path = join(__dirname, 'cases', name, 'expected', 'outcome.json');
    const outcome = outcomeOf(judged);
    if (!existsSync(path) && process.env.CI !== 'true') {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, `${JSON.stringify(outcome, null, 2)}\n`);
    }
    expect(outcome).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  it('loses no row, makes up no row, and gives rows set aside back as they were sent', () => {
    const { conversion, accepted, rejects } = judged;
    const { rowsIn, rowsAccepted, rowsRejected, blankRows, findings, source } = conversion;
    expect(rowsIn).toBe(rowsAccepted + rowsRejected);
    expect(accepted).toHaveLength(rowsAccepted);
    if (!source || source.station !== undefined || source.scan.fatal) return;
    const records = recordsBelowHeader(judged, source.delimiter, source.headerRow ?? 0);
    expect(rowsIn + blankRows).toBe(records.length);
    const kept = new Set(accepted.map((row) => Number(row[0])));
    const aside = records
      .map((_, i) => i + 1)
      .filter((ordinal) => !kept.has(ordinal) && !source.scan.blank.includes(ordinal));
    if (conversion.verdict === 'partial')
      expect(rejectedRecords(rejects ?? '', source.delimiter)).toEqual(
        aside.map((ordinal) => records[ordinal - 1]?.raw),
      );
    if (conversion.verdict === 'accepted') expect(rejects).toBeUndefined();
    for (const finding of findings.filter((one) => one.severity === 'error' && one.record !== null)) {
      expect(kept).not.toContain(finding.record);
      expect(finding.row).toBe(records[(finding.record ?? 0) - 1]?.row);
    }
    const key = judged.contract.columns.findIndex((column) => column.keyPosition === 1);
    const field = source.headers.findIndex((cell) => cell.column === judged.contract.columns[key]);
    for (const row of accepted) expect(row[1 + key]).toBe(records[Number(row[0]) - 1]?.fields[field]);
  });

  it('shows no value of a personal column', () => {
    const { contract, conversion, input } = judged;
    const { source } = conversion;
    if (!source || source.scan.fatal) return;
    const personal = source.headers.flatMap((cell, i) =>
      cell.column && ['basic', 'sensitive'].includes(cell.column.personal) ? [i] : [],
    );
    const shown = JSON.stringify([conversion.findings, conversion.byRule, contract.name]);
    for (const span of recordsOf(input, source.delimiter)) {
      const fields = fieldsOf(input, source.delimiter, span);
      for (const i of personal)
        if ((fields[i]?.length ?? 0) > 4 && !source.headers[i]?.text.includes(fields[i]!))
          expect(shown).not.toContain(fields[i]);
    }
  });
});

/** Records under the header, as the readable twin of the scanner finds them. */
function recordsBelowHeader({ input }: Judged, delimiter: number, headerRow: number) {
  const text = input[0] === 0xef && input[1] === 0xbb ? input.subarray(3) : input;
  return [...recordsOf(text, delimiter)]
    .map((span, i) => ({
      span,
      row: i + 1,
      raw: text.toString('utf8', span.start, span.end),
      fields: fieldsOf(text, delimiter, span).map((field) =>
        field.normalize('NFC').replace(/^[\s\u00a0]+|[\s\u00a0]+$/g, ''),
      ),
    }))
    .filter(({ span, row }) => row > headerRow && span.kind !== 'empty');
}

/** The records a rejects file gives back: each stands before its row number and its reasons. */
function rejectedRecords(rejects: string, delimiter: number): string[] {
  const mark = String.fromCharCode(delimiter);
  return rejects
    .split('\r\n')
    .slice(1, -1)
    .map((line) => {
      const end = line.endsWith('"') ? line.lastIndexOf(`${mark}"Dòng `) : line.lastIndexOf(`${mark}Dòng `);
      expect(end).toBeGreaterThan(0);
      const withRow = line.slice(0, end);
      const cut = withRow.lastIndexOf(mark);
      expect(withRow.slice(cut + 1)).toMatch(/^\d+$/);
      return withRow.slice(0, cut);
    });
}
