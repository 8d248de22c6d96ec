// Code lists a column names: the file is there, has the headers it needs, and dates pick an edition.
import type { CodeLists, Column, Contract } from './contract';
import type { Report } from './problem';
import { atColumn as at, didYouMean } from './problem';

export function checkCodeList(
  column: Column,
  i: number,
  contract: Contract,
  lists: CodeLists | undefined,
  report: Report,
): void {
  const { codeList: ref, name, example } = column;
  if (ref === undefined) return;
  const path = at(i, 'customProperties', 'codeList');
  const needs = (file: string, headers: readonly string[]) => {
    if (lists === undefined) return;
    const rows = lists.get(file);
    const known = [...lists.keys()].sort();
    const near = didYouMean(file, known);
    const missing = rows?.[0] ? headers.filter((header) => !(header in rows[0]!)) : [];
    if (rows === undefined)
      report(
        'C_CODE_LIST',
        path,
        file,
        known,
        `Cột ${name}: không có danh mục schemas/codes/${file}.csv${near.vi}.`,
        `Column ${name}: there is no code list schemas/codes/${file}.csv${near.en}.`,
      );
    else if (rows.length === 0 || missing.length > 0)
      report(
        'C_CODE_LIST',
        path,
        file,
        headers,
        `Cột ${name}: danh mục ${file}.csv rỗng hoặc thiếu cột ${headers.join(', ')}.`,
        `Column ${name}: the code list ${file}.csv is empty or lacks ${headers.join(', ')}.`,
      );
  };
  if (ref.kind === 'file') {
    needs(ref.file, ['ma', 'ten']);
    const codes = lists?.get(ref.file)?.map((row) => row.ma ?? '');
    if (example !== undefined && codes !== undefined && !codes.includes(example))
      report(
        'C_CODE_LIST',
        at(i, 'examples'),
        example,
        codes,
        `Cột ${name}: ví dụ "${example}" không có trong ${ref.file}.csv.`,
        `Column ${name}: the example "${example}" is not in ${ref.file}.csv.`,
      );
    return;
  }
  if (ref.editions !== undefined) needs(ref.editions, ['ky_du_lieu', 'hieu_luc_tu']);
  if (ref.validAt === undefined) return;
  const dated = contract.columns
    .filter((c) => c.type.kind === 'date' || c.type.kind === 'timestamp')
    .map((c) => c.name);
  const near = didYouMean(ref.validAt, dated);
  if (!dated.includes(ref.validAt))
    report(
      'C_CODE_LIST',
      path,
      ref.validAt,
      dated,
      `Cột ${name}: validAt "${ref.validAt}" không phải cột ngày của bảng${near.vi}.`,
      `Column ${name}: validAt "${ref.validAt}" is not a date column of the table${near.en}.`,
    );
  if (ref.editions === undefined)
    report(
      'C_CODE_LIST',
      path,
      null,
      ['editions'],
      `Cột ${name}: có validAt thì cần editions.`,
      `Column ${name}: validAt needs editions.`,
    );
}
