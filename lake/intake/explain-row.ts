// Records that are no data rows at all: a wrong shape, a total, the header again. One reason instead of one a cell.
import type { Bilingual } from '../errors';
import { searchKey } from '../text';
import { brief, type Place, type Reason } from './explain';
import type { HeaderCell } from './header';
import type { Misshapen } from './scan';

interface RowReason {
  readonly code: string;
  /** What was found, as half a sentence. */
  readonly has: Bilingual;
  readonly rule: Bilingual;
  readonly fix: Bilingual;
  readonly found: string | null;
}

function rowReason({ code, has, rule, fix, found }: RowReason, place: Place): Reason {
  const { row, line, record } = place;
  const textLine = line === row ? { vi: '', en: '' } : { vi: ` (dòng văn bản ${line})`, en: ` (text line ${line})` };
  const message = {
    vi: `Dòng ${row}${textLine.vi}: ${has.vi}; cần ${rule.vi}. ${fix.vi}`,
    en: `Row ${row}${textLine.en}: ${has.en}; expected ${rule.en}. ${fix.en}`,
  };
  const where = { row, line, record, column: null, cell: null };
  return {
    finding: { code, severity: 'error', ...where, found, expected: rule, message },
    count: { code, severity: 'error', column: null, rule, fix, count: 1 },
  };
}

type Rule = Pick<RowReason, 'code' | 'rule' | 'fix'>;

const rule = (code: string, ruleVi: string, ruleEn: string, fixVi: string, fixEn: string): Rule => ({
  code,
  rule: { vi: ruleVi, en: ruleEn },
  fix: { vi: fixVi, en: fixEn },
});

const SHORT_FIX = {
  vi: 'Kiểm tra dòng bị thiếu ô hoặc bị ngắt làm hai dòng.',
  en: 'Check for missing fields, or for a row broken in two.',
};
const LONG_FIX = {
  vi: 'Ô có chứa dấu phân cách phải đặt trong dấu ngoặc kép.',
  en: 'A field holding the delimiter must stand in double quotes.',
};
const QUOTE = rule(
  'E_QUOTE',
  'dấu ngoặc kép mở và đóng đúng chỗ',
  'quotes opened and closed in the right place',
  'Dấu ngoặc kép bên trong ô phải viết hai lần ("").',
  'A quote inside a field is written twice ("").',
);
const TOO_LONG = rule(
  'E_FIELD_SIZE',
  'dòng không quá 1 MB',
  'a record of at most 1 MB',
  'Bỏ nội dung không thuộc bảng số liệu.',
  'Take out what is not table data.',
);
const NUL = rule(
  'E_NUL',
  'không có byte 0',
  'no zero bytes',
  'Xuất lại tệp: tệp có thể đã hỏng khi sao chép.',
  'Export again: the file may have been damaged in copying.',
);
const TOTAL = rule(
  'E_TOTAL_ROW',
  'dòng số liệu, không phải dòng tổng cộng',
  'a data row, not a total',
  'Bỏ dòng tổng: hồ dữ liệu tự tính tổng.',
  'Take the total out: the lake adds up by itself.',
);
const HEADER = rule(
  'E_HEADER_ROW',
  'dòng số liệu, không phải dòng tiêu đề lặp lại',
  'a data row, not the header again',
  'Bỏ dòng tiêu đề lặp lại giữa tệp.',
  'Take the repeated header out.',
);

function shapeRule(kind: Misshapen, wanted: Bilingual): Rule {
  switch (kind) {
    case 'short':
      return { code: 'E_FIELDS', rule: wanted, fix: SHORT_FIX };
    case 'long':
      return { code: 'E_FIELDS', rule: wanted, fix: LONG_FIX };
    case 'quote':
      return QUOTE;
    case 'too_long':
      return TOO_LONG;
    case 'nul':
      return NUL;
  }
}

/**
 * A record whose shape is wrong: nothing in it can be read safely.
 * @param wanted the right number of fields, in words
 * @param found the record, only where no column is personal
 */
export function explainShape(
  kind: Misshapen,
  fields: number,
  wanted: Bilingual,
  place: Place,
  found: string | null,
): Reason {
  const counted = kind === 'short' || kind === 'long';
  const has = counted
    ? { vi: `có ${fields} ô`, en: `it has ${fields} fields` }
    : { vi: 'không đọc được', en: 'it cannot be read' };
  return rowReason({ ...shapeRule(kind, wanted), has, found }, place);
}

/** undefined: it is a data row. */
export function explainWholeRow(
  fields: readonly string[],
  headers: readonly HeaderCell[],
  place: Place,
): Reason | undefined {
  const first = fields.find((text) => text.trim() !== '')?.trim() ?? '';
  const isHeader =
    fields.length > 1 && fields.every((text, i) => searchKey(text) === searchKey(headers[i]?.text ?? ''));
  const isTotal = /^(tong|cong)( |$)/.test(searchKey(first));
  if (!isHeader && !isTotal) return undefined;
  const found = brief(first);
  return rowReason(
    { ...(isHeader ? HEADER : TOTAL), has: { vi: `thấy “${found}”`, en: `found “${found}”` }, found },
    place,
  );
}
