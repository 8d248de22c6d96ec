// Code lists (schemas/codes/*.csv) from text: RFC 4180, comma, header in the first record. Small files only.
import { InputError } from '../errors';
import type { CodeRow } from './contract';

function broken(file: string, line: number, vi: string, en: string): InputError {
  return new InputError('E_CODE_LIST', { vi: `${file}, dòng ${line}: ${vi}`, en: `${file}, line ${line}: ${en}` });
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Records of a comma-separated text; blank lines are skipped. Throws InputError where a quote is wrong. */
function readRecords(text: string, file: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  const body = text.replace(/^\uFEFF/, '');
  while (field.lastIndex < body.length || cells.length > 0) {
    const match = field.exec(body);
    if (!match)
      throw broken(
        file,
        line,
        'dấu nháy kép sai chỗ. Đặt cả ô trong nháy kép và viết "" cho mỗi dấu nháy bên trong.',
        'a double quote is out of place. Quote the whole cell and write "" for each quote inside.',
      );
    cells.push((match[1]?.replace(/""/g, '"') ?? match[2] ?? '').normalize('NFC'));
    line += match[0].split(/\r\n|\n|\r/).length - 1;
    if (match[3] === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells });
    cells = [];
    start = line;
    if (match[3] === '') break;
  }
  return records;
}

/**
 * Rows of one code list as the file has them, keyed by header.
 * Throws InputError (E_CODE_LIST) for a missing header, a row of another width, or a code (`ma`) given twice.
 */
export function parseCodeList(text: string, file: string): readonly CodeRow[] {
  const [header, ...records] = readRecords(text, file);
  if (!header)
    throw broken(file, 1, 'tệp rỗng, cần dòng tiêu đề ma,ten,…', 'the file is empty; a header ma,ten,… is expected');
  const seen = new Map<string, number>();
  return records.map(({ line, cells }) => {
    if (cells.length !== header.cells.length)
      throw broken(
        file,
        line,
        `có ${cells.length} ô, tiêu đề có ${header.cells.length}. Ô có dấu phẩy phải đặt trong nháy kép.`,
        `${cells.length} cells, the header has ${header.cells.length}. Quote cells that hold a comma.`,
      );
    const row: CodeRow = Object.fromEntries(header.cells.map((name, i) => [name, cells[i] ?? '']));
    const code = row.ma;
    if (code !== undefined) {
      const first = seen.get(code);
      if (code === '' || first !== undefined)
        throw broken(
          file,
          line,
          code === '' ? 'mã trống.' : `mã "${code}" đã có ở dòng ${first}.`,
          code === '' ? 'the code is empty.' : `the code "${code}" is already on line ${first}.`,
        );
      seen.set(code, line);
    }
    return row;
  });
}
