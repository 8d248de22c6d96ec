// Stand-ins for the engine: they judge and rewrite the made-up formats, honestly, and refuse whatever they do not know.
import { createHash } from 'node:crypto';
import { tableDefinition } from '../../lake/contract/types';
import type { Conversion, ConversionRequest } from '../../lake/intake/conversion';
import { encodeBound } from '../../lake/table/bounds';
import { type ColumnStat, SUBMISSION_FIELD, VERSION_FIELD } from '../../lake/table/data-file';
import { keyAt } from '../../lake/table/location';
import type { Redacted, RedactRequest, RewriteRequest, Rewritten, RowsHeld } from '../../platform/ports';
import { decodeRows, encodeRows, judgeText, type Row, redactText, statsOf } from './made-format';
import type { World } from './world';

export function convert(request: ConversionRequest, world: World): Conversion {
  const { contract, submission, version, period } = request;
  if (request.references.length > 0) throw new Error('the simulation knows no reference lists');
  const text = world.readFile(request.path).toString('utf8');
  const judged = judgeText(text, contract.version);
  const rows = judged.good.map(
    ({ line, cells }): Row => ({
      _submission: submission,
      _version: version,
      _row: line,
      _loaded_at: request.loadedAtMs,
      ky_du_lieu: period,
      ...cells,
    }),
  );
  const { fields, boundedFields } = tableDefinition(contract);
  let rejectsPath: string | undefined;
  if (judged.setAside.length > 0) {
    rejectsPath = world.newPath('rejects.csv');
    world.files.set(rejectsPath, Buffer.from(judged.setAside.join('\n')));
  }
  const path = world.newPath('good.parquet');
  const bytes = encodeRows(rows);
  world.files.set(path, bytes);
  const refused = judged.verdict === 'rejected';
  return {
    verdict: judged.verdict,
    rowsIn: judged.good.length + judged.setAside.length,
    rowsAccepted: rows.length,
    rowsRejected: judged.setAside.length,
    blankRows: 0,
    findings: [],
    findingCount: 0,
    byRule: [],
    source: undefined,
    data: refused
      ? undefined
      : {
          path,
          sizeBytes: bytes.length,
          rows: rows.length,
          stats: rows.length === 0 ? emptyStats(submission, version) : statsOf(rows, fields, boundedFields),
        },
    rejectsPath,
  };
}

/** A file without rows still says whose it is. */
function emptyStats(submission: string, version: string): ReadonlyMap<number, ColumnStat> {
  const only = (text: string): ColumnStat => {
    const bound = encodeBound('string', text);
    return { valueCount: 0, nullCount: 0, lower: bound, upper: bound };
  };
  return new Map([
    [SUBMISSION_FIELD, only(submission)],
    [VERSION_FIELD, only(version)],
  ]);
}

/** The same for the same rows, in whatever order and file they come. */
function digest(rows: readonly Row[]): string {
  const texts = rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}

/** @param read bytes of the inputs, in their order */
export function rewrite(request: RewriteRequest, read: readonly Buffer[], world: World): Rewritten {
  const all = read.flatMap((bytes, i) => decodeRows(bytes, request.inputs[i]?.path ?? '?'));
  const left = new Set(request.withoutSubmissions ?? []);
  const subjects = request.withoutSubjects;
  const isOut = (row: Row) =>
    left.has(String(row._submission)) ||
    (subjects?.columns.some((column) => {
      const cell = row[column];
      return typeof cell === 'string' && subjects.isErased(cell);
    }) ??
      false);
  const kept = all.filter((row) => !isOut(row));
  const names = request.fields.map((field) => field.name);
  const sortKey = (row: Row) => request.sortBy.map((name) => String(row[name] ?? '')).join('\u0000');
  // A column nobody asked for is lost, and the digests tell.
  const asked = kept.map(
    (row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))),
  );
  const rows = request.sortBy.length === 0 ? asked : [...asked].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const path = world.newPath('rewritten.parquet');
  const bytes = encodeRows(rows);
  world.files.set(path, bytes);
  return {
    file:
      rows.length === 0
        ? undefined
        : {
            path,
            sizeBytes: bytes.length,
            rows: rows.length,
            stats: statsOf(rows, request.fields, request.boundedFields),
          },
    rowsIn: all.length,
    rowsLeftOut: all.length - kept.length,
    digestIn: digest(kept),
    digestOut: digest(rows),
  };
}

export function redact({ path, isErased }: RedactRequest, world: World): Redacted {
  const { text, records } = redactText(world.readFile(path).toString('utf8'), isErased);
  if (records.length === 0) return { path, rowsLeftOut: 0 };
  const copy = world.newPath('redacted.csv');
  world.files.set(copy, Buffer.from(text));
  return { path: copy, rowsLeftOut: records.length, records };
}

export function inputKeys(request: RewriteRequest): readonly string[] {
  return request.inputs.map((file) => keyAt(request.store, file.path));
}

/** Rows of each version, as the lineage columns say. */
export function rowsHeld(rows: readonly Row[]): readonly RowsHeld[] {
  const held = new Map<string, RowsHeld>();
  for (const { _submission, _version } of rows) {
    const [submission, version] = [String(_submission), String(_version)];
    const key = `${submission} ${version}`;
    held.set(key, { submission, version, rows: (held.get(key)?.rows ?? 0) + 1 });
  }
  return [...held.values()];
}
