// From a broken check to a sentence a data officer can act on: what, where, found, expected, how to fix.
import type { CodeLists, Column, Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import type { Finding, RuleCount } from '../submission/finding';
import { columnLetters, type HeaderCell } from './header';
import type { Check } from './judging';
import { codesOf } from './judging';
import { MAX_YEAR, MIN_YEAR, numberPattern } from './values';

/** Where a record stands in the file the sender has. */
export interface Place {
  readonly record: number;
  readonly row: number;
  readonly line: number;
  /** Added to a cell's column: station files hold several records a line. */
  readonly columnShift?: number;
}

/** One objection in words, and how it counts in the summary. */
export interface Reason {
  readonly finding: Finding;
  readonly count: RuleCount;
}

/** @param found the cell as sent; null: empty */
export type Explainer = (check: Check, place: Place, found: string | null) => Reason;

/** Code of a check, before the text found can sharpen it. */
function checkCode(check: Check): string {
  switch (check.kind) {
    case 'required':
      return 'E_REQUIRED';
    case 'type':
      if (check.column.type.kind === 'boolean') return 'E_BOOLEAN';
      return check.column.type.kind === 'date' || check.column.type.kind === 'timestamp' ? 'E_DATE' : 'E_NUMBER';
    case 'code':
      return 'E_CODE';
    case 'pattern':
      return 'E_PATTERN';
    case 'length':
      return 'E_LENGTH';
    case 'range':
      return 'E_RANGE';
    case 'reference':
      return check.column.codeList?.kind === 'table' && check.column.codeList.severity === 'warning'
        ? 'W_REFERENCE'
        : 'E_REFERENCE';
    case 'rule':
      return check.rule?.severity === 'warning' ? 'W_RULE' : 'E_RULE';
  }
}

/** A text fit for a message: not too long, nothing unseen in it. */
export function brief(text: string): string {
  const seen = text.replace(/\p{Cc}/gu, '·');
  return seen.length > 80 ? `${seen.slice(0, 80)}…` : seen;
}

/** Texts of personal columns are shown masked: 046*****1234. */
export function shown(found: string | null, column: Column): string | null {
  if (found === null) return null;
  if (column.personal === 'none' || column.personal === 'quasi') return brief(found);
  return found.length >= 10 && column.mask !== 'all' ? `${found.slice(0, 3)}*****${found.slice(-2)}` : '*****';
}

export function createExplainer(contract: Contract, codeLists: CodeLists, headers: readonly HeaderCell[]): Explainer {
  const headerOf = (column: Column) => headers.find((cell) => cell.column === column)?.text ?? column.businessName;
  const indexOf = (column: Column) => headers.findIndex((cell) => cell.column === column);
  return (check, place, found) => {
    const { column } = check;
    const index = indexOf(column);
    const cell = index < 0 ? null : `${columnLetters(index + (place.columnShift ?? 0))}${place.row}`;
    const visible = shown(found, column);
    const { code, expected, fix } = describe(check, contract, codeLists, found);
    const severity = code.startsWith('W_') ? 'warning' : 'error';
    const header = headerOf(column);
    const at = cell ?? `${place.row}`;
    const foundVi = visible === null ? 'ô trống' : `thấy “${visible}”`;
    const foundEn = visible === null ? 'empty cell' : `found “${visible}”`;
    const finding: Finding = {
      code,
      severity,
      row: place.row,
      line: place.line,
      record: place.record,
      column: header,
      cell,
      found: visible,
      expected,
      message: {
        vi: `Dòng ${place.row}, ô ${at}, cột “${header}”: ${foundVi}; cần ${expected.vi}. ${fix.vi}`,
        en: `Row ${place.row}, cell ${at}, column “${header}”: ${foundEn}; expected ${expected.en}. ${fix.en}`,
      },
    };
    // One value's own remedy (“this code may be 03646”) is not the rule's.
    const general = describe(check, contract, codeLists, null);
    const count = {
      code,
      severity,
      column: header,
      rule: expected,
      fix: general.code === code ? general.fix : fix,
      count: 1,
    } as const;
    return { finding, count };
  };
}

interface Described {
  readonly code: string;
  readonly expected: Bilingual;
  readonly fix: Bilingual;
}

function describe(check: Check, contract: Contract, codeLists: CodeLists, found: string | null): Described {
  const { column } = check;
  const code = checkCode(check);
  switch (check.kind) {
    case 'required':
      return {
        code,
        expected: { vi: 'có giá trị (cột bắt buộc)', en: 'a value (required column)' },
        fix: { vi: 'Điền giá trị vào ô này.', en: 'Fill in this cell.' },
      };
    case 'type':
      if (code === 'E_BOOLEAN') {
        return {
          code,
          expected: { vi: '“Có” hoặc “Không”', en: '“Có” (yes) or “Không” (no)' },
          fix: { vi: 'Sửa thành “Có” hoặc “Không”.', en: 'Write “Có” or “Không”.' },
        };
      }
      return code === 'E_DATE' ? describeDate(column, contract) : describeNumber(column, contract, found);
    case 'code':
      return describeCode(column, codeLists);
    case 'pattern':
      return describePattern(column, found);
    case 'length':
      return {
        code,
        expected: { vi: `độ dài ${lengths(column)} ký tự`, en: `${lengths(column)} characters` },
        fix: { vi: 'Kiểm tra ô có bị thiếu hoặc thừa ký tự.', en: 'Check for missing or extra characters.' },
      };
    case 'range': {
      const from = column.minimum === undefined ? '' : ` ≥ ${column.minimum}`;
      const to = column.maximum === undefined ? '' : ` ≤ ${column.maximum}`;
      const range = `${from}${from && to ? ',' : ''}${to}`;
      return {
        code,
        expected: { vi: `giá trị${range}`, en: `a value${range}` },
        fix: { vi: 'Kiểm tra lại số liệu và đơn vị tính.', en: 'Check the figure and its unit.' },
      };
    }
    case 'reference': {
      const ref = column.codeList;
      const list = ref?.kind === 'table' ? ref.table : '';
      const dated = ref?.kind === 'table' && ref.validAt !== undefined;
      return {
        code,
        expected: {
          vi: `mã có trong danh mục ${list}${dated ? ' đang có hiệu lực vào ngày của dòng này' : ''}`,
          en: `a code of the list ${list}${dated ? ' in force on the date of this row' : ''}`,
        },
        fix: {
          vi: 'Tra lại mã trong danh mục; sau 01/7/2025 dùng mã đơn vị hành chính mới.',
          en: 'Look the code up; from 01/7/2025 the new unit codes apply.',
        },
      };
    }
    case 'rule':
      return {
        code,
        expected: { vi: sentence(check.rule?.description.vi), en: sentence(check.rule?.description.en) },
        fix: check.rule?.fix ?? { vi: '', en: '' },
      };
  }
}

/** Rule texts end in a full stop; here they stand inside a sentence. */
const sentence = (text: string | undefined): string => (text ?? '').replace(/\.\s*$/, '');

const lengths = (column: Column): string =>
  column.minLength !== undefined && column.maxLength !== undefined
    ? column.minLength === column.maxLength
      ? `${column.minLength}`
      : `${column.minLength}–${column.maxLength}`
    : column.minLength !== undefined
      ? `≥ ${column.minLength}`
      : `≤ ${column.maxLength}`;

function describeDate(column: Column, contract: Contract): Described {
  const withTime = column.type.kind === 'timestamp';
  const patterns = column.datePatterns ?? (withTime ? contract.intake.timestampPatterns : contract.intake.datePatterns);
  const shape = patterns.length > 0 ? readable(patterns[0]!) : 'yyyy-MM-dd';
  const example = shape
    .replace('dd', '05')
    .replace('MM', '10')
    .replace('yyyy', '2026')
    .replace('HH', '08')
    .replace('mm', '05')
    .replace('ss', '00');
  return {
    code: 'E_DATE',
    expected: {
      vi: `ngày có thật, năm ${MIN_YEAR}–${MAX_YEAR - 1}, dạng ${shape} (ví dụ ${example})`,
      en: `a real date, year ${MIN_YEAR}–${MAX_YEAR - 1}, as ${shape} (for example ${example})`,
    },
    fix: { vi: 'Sửa ngày theo đúng dạng này.', en: 'Write the date in this form.' },
  };
}

const readable = (pattern: string): string =>
  pattern
    .replace('%d', 'dd')
    .replace('%m', 'MM')
    .replace('%Y', 'yyyy')
    .replace('%H', 'HH')
    .replace('%M', 'mm')
    .replace('%S', 'ss');

const EXAMPLES = { vi: '1.234,5', en: '1,234.5', plain: '1234.5', either: '1234,5' } as const;

function describeNumber(column: Column, contract: Contract, found: string | null): Described {
  const style = column.decimalStyle ?? contract.intake.decimalStyle;
  const whole = column.type.kind === 'integer' || column.type.kind === 'long';
  const scale = column.type.kind === 'decimal' ? column.type.scale : undefined;
  const matches = (pattern: string) => found !== null && new RegExp(`^${pattern}$`).test(found.trim());
  const fits = matches(numberPattern(style, whole ? 0 : scale));
  const tooFine = !fits && matches(numberPattern(style, undefined));
  const foreign =
    !fits &&
    !tooFine &&
    (['vi', 'en', 'plain'] as const).some((other) => other !== style && matches(numberPattern(other, undefined)));
  const example = whole ? '1234' : EXAMPLES[style];
  const limit = scale === undefined ? '' : `, ${scale} `;
  const expected = whole
    ? { vi: `số nguyên (ví dụ ${example})`, en: `a whole number (for example ${example})` }
    : {
        vi: `số dạng ${example}${limit && `${limit}chữ số thập phân trở xuống`}`,
        en: `a number like ${example}${limit && `${limit}decimals or fewer`}`,
      };
  if (fits)
    return {
      code: 'E_RANGE',
      expected: {
        vi: `${expected.vi} không quá lớn đối với cột này`,
        en: `${expected.en} not too large for the column`,
      },
      fix: { vi: 'Kiểm tra lại số liệu và đơn vị tính.', en: 'Check the figure and its unit.' },
    };
  if (tooFine)
    return {
      code: 'E_PRECISION',
      expected,
      fix: { vi: 'Làm tròn ở nguồn: hồ dữ liệu không tự làm tròn.', en: 'Round at the source: the lake never rounds.' },
    };
  if (foreign)
    return {
      code: 'E_NUMBER_LOCALE',
      expected,
      fix: { vi: 'Đổi dấu thập phân và dấu hàng nghìn theo dạng này.', en: 'Use these decimal and thousands marks.' },
    };
  return {
    code: 'E_NUMBER',
    expected,
    fix: {
      vi: 'Chỉ ghi chữ số và dấu; đơn vị tính ghi ở cột riêng.',
      en: 'Digits and marks only; units have their own column.',
    },
  };
}

function describeCode(column: Column, codeLists: CodeLists): Described {
  const codes = codesOf(column, codeLists) ?? [];
  const some = codes.slice(0, 12).map((row) => (row.ten ? `${row.ma} (${row.ten})` : row.ma));
  const rest = codes.length > 12 ? `, … (${codes.length})` : '';
  return {
    code: 'E_CODE',
    expected: { vi: `một trong: ${some.join(', ')}${rest}`, en: `one of: ${some.join(', ')}${rest}` },
    fix: { vi: 'Ghi đúng mã hoặc tên trong danh mục.', en: 'Write a code or label of the list.' },
  };
}

function describePattern(column: Column, found: string | null): Described {
  const digits = /^\^?\\d\{(\d+)\}\$?$/.exec(column.pattern ?? '');
  const width = digits ? Number(digits[1]) : 0;
  const example = column.example === undefined ? '' : ` (ví dụ ${column.example})`;
  const exampleEn = column.example === undefined ? '' : ` (for example ${column.example})`;
  if (width > 0 && found !== null && /^\d+$/.test(found) && found.length < width) {
    const padded = found.padStart(width, '0');
    return {
      code: 'E_CODE_WIDTH',
      expected: { vi: `mã đủ ${width} chữ số, giữ số 0 ở đầu`, en: `a code of ${width} digits, leading zeros kept` },
      fix: {
        vi: `Định dạng cột là văn bản; mã này có thể là ${padded}.`,
        en: `Format the column as text; this code may be ${padded}.`,
      },
    };
  }
  return {
    code: 'E_PATTERN',
    // An example says more to people than an expression.
    expected:
      width > 0
        ? { vi: `mã ${width} chữ số${example}`, en: `a code of ${width} digits${exampleEn}` }
        : column.example === undefined
          ? { vi: `đúng dạng ${column.pattern ?? ''}`, en: `the form ${column.pattern ?? ''}` }
          : { vi: `đúng dạng như ${column.example}`, en: `a form like ${column.example}` },
    fix: { vi: 'Kiểm tra lại mã.', en: 'Check the code.' },
  };
}
