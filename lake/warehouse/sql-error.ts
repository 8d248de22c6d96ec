// The engine's complaint about someone's SQL, in words that say where and what next. Pure: text in, InputError or FaultError out.
import { type Bilingual, FaultError, InputError } from '../errors';
import { nearest } from '../text';

export interface SqlContext {
  readonly sql: string;
  /** Everything that can be queried. */
  readonly tables: readonly string[];
  /** Columns of the tables the statement names, or of all tables. */
  readonly columns: readonly string[];
}

/** Codes: E_DATA_DAMAGED, E_SQL_TABLE, E_SQL_COLUMN, E_SQL_FUNCTION, E_SQL_SYNTAX, E_SQL_ACCESS, E_SQL_VALUE, E_SQL; F_SQL_ENGINE is ours. */
export function sqlError(cause: unknown, context: SqlContext): InputError | FaultError {
  const message = String(cause).replace(/^(Error: )?(Failed to [a-z ]+: )?/, '');
  const make = (code: string, text: Bilingual) => {
    const spot = place(message, context.sql);
    return new InputError(code, { vi: `${text.vi}${spot.vi}`, en: `${text.en}${spot.en}` }, { cause });
  };
  const damaged = damagedFile(cause);
  if (damaged) return damaged;
  const table =
    /(?:Table|View) with name (.+?) does not exist/.exec(message)?.[1] ??
    /Catalog "(.+?)" does not exist/.exec(message)?.[1];
  if (table !== undefined) return make('E_SQL_TABLE', unknownTable(table, context.tables));
  const column = /Referenced column "(.+?)" not found|does not have a column named "(.+?)"/.exec(message);
  if (column) return make('E_SQL_COLUMN', unknownColumn(column[1] ?? column[2] ?? '', context.columns));
  const qualifier = /Referenced table "(.+?)" not found/.exec(message)?.[1];
  if (qualifier !== undefined) return make('E_SQL_TABLE', unknownTable(qualifier, context.tables));
  const fn = /Function with name (.+?) does not exist!(?:\s+Did you mean "(.+?)")?/.exec(message);
  if (fn) return make('E_SQL_FUNCTION', unknownFunction(fn[1] ?? '', fn[2]));
  if (/^Permission Error/.test(message)) return make('E_SQL_ACCESS', noAccess(message));
  if (/^Parser Error/.test(message)) return make('E_SQL_SYNTAX', syntax(message));
  if (/^(IO|INTERNAL|FATAL|Out of Memory|Interrupt|Serialization|Invalid Configuration)\b/.test(message)) {
    return new FaultError('F_SQL_ENGINE', message, { cause });
  }
  if (/^(Conversion|Out of Range|Constraint|Invalid Input) Error/.test(message)) {
    return make('E_SQL_VALUE', {
      vi: `Câu lệnh gặp một giá trị không tính được: ${firstLine(message)}. Hãy lọc hoặc đổi kiểu giá trị đó.`,
      en: `The statement met a value it cannot work with: ${firstLine(message)}. Filter that value or cast it another way.`,
    });
  }
  return make('E_SQL', {
    vi: `Câu lệnh SQL không chạy được: ${firstLine(message)}. Hãy sửa chỗ được chỉ ra.`,
    en: `The SQL cannot run: ${firstLine(message)}. Correct the marked place.`,
  });
}

const UNREADABLE =
  /No magic bytes found|too small to be a Parquet file|Failed to read file|No files found that match|Cannot open file|Invalid Error: (?:Variable-length|TProtocol|don't know|Could not)|TProtocolException|decompression fail/i;

/** What the engine says of a data file that is cut short, overwritten or gone, in words; undefined: it says something else. */
export function damagedFile(cause: unknown): InputError | undefined {
  const message = String(cause);
  const path = /['"]([^'"\n]*\.parquet)['"]/.exec(message)?.[1];
  if (!UNREADABLE.test(message) || /Permission Error/.test(message)) return undefined;
  if (path === undefined && !/Invalid Error/.test(message)) return undefined;
  const file = path === undefined ? '' : ` “${path}”`;
  return new InputError(
    'E_DATA_DAMAGED',
    {
      vi: `Một tệp số liệu của bảng${file} bị hỏng hoặc không còn, nên không trả lời được. Chạy “tamgiang verify” để biết thiếu gì, rồi “tamgiang verify --repair” để nạp lại từ tệp gốc.`,
      en: `A data file of the table${file} is damaged or gone, so there is no answer. Run “tamgiang verify” to see what is lost, then “tamgiang verify --repair” to take it in again from the raw files.`,
    },
    { cause },
  );
}

function unknownTable(name: string, tables: readonly string[]): Bilingual {
  const bare = name.replace(/^.*\./, '');
  const near = nearest(bare, tables);
  const list = tables.join(', ');
  return {
    vi: `Không có bảng "${name}".${near ? ` Có phải bạn muốn "${near}"?` : ''} Các bảng hiện có: ${list || '(chưa có bảng nào)'}.`,
    en: `There is no table "${name}".${near ? ` Did you mean "${near}"?` : ''} The tables are: ${list || '(none yet)'}.`,
  };
}

function unknownColumn(name: string, columns: readonly string[]): Bilingual {
  const near = nearest(name, columns);
  const list = columns.slice(0, 60).join(', ') + (columns.length > 60 ? ', …' : '');
  return {
    vi: `Không có cột "${name}".${near ? ` Có phải bạn muốn "${near}"?` : ''} Các cột: ${list}.`,
    en: `There is no column "${name}".${near ? ` Did you mean "${near}"?` : ''} The columns are: ${list}.`,
  };
}

function unknownFunction(name: string, near: string | undefined): Bilingual {
  return {
    vi: `Không có hàm "${name}".${near ? ` Hàm gần giống: "${near}".` : ''} Hãy sửa tên hàm.`,
    en: `There is no function "${name}".${near ? ` The nearest is "${near}".` : ''} Correct the function's name.`,
  };
}

function noAccess(message: string): Bilingual {
  const file = /file "(.+?)"/.exec(message)?.[1];
  return {
    vi: `Câu lệnh chỉ được đọc các bảng của hồ dữ liệu${file ? `, không được đọc tệp "${file}"` : ''}. Hãy nạp tệp bằng lệnh put rồi truy vấn bảng.`,
    en: `A statement may read the lake's tables only${file ? `, not the file "${file}"` : ''}. Bring the file in with put, then query its table.`,
  };
}

function syntax(message: string): Bilingual {
  const near = /at or near "([\s\S]+?)"/.exec(message)?.[1];
  if (near === undefined) {
    return {
      vi: 'Câu lệnh SQL dừng giữa chừng: thiếu phần cuối (ngoặc đóng, điều kiện hoặc tên). Hãy viết nốt.',
      en: 'The SQL stops half way: its end is missing (a closing bracket, a condition or a name). Complete it.',
    };
  }
  return {
    vi: `Sai cú pháp SQL ở gần "${near}". Hãy sửa chỗ được chỉ ra.`,
    en: `SQL syntax error near "${near}". Correct the marked place.`,
  };
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.replace(/^[A-Z][A-Za-z ]*Error: /, '').replace(/[.!]$/, '');
}

/** Line and column from 1, the line and a caret below. The engine shortens long lines, so the whole line is found again. */
function place(message: string, sql: string): Bilingual {
  const shown = /^LINE (\d+): (.*)\n( *)\^/m.exec(message);
  if (!shown) return { vi: '', en: '' };
  const [, lineText = '1', snippet = '', indent = ''] = shown;
  const line = sql.split('\n')[Number(lineText) - 1] ?? '';
  const inSnippet = indent.length - `LINE ${lineText}: `.length;
  const cut = snippet.startsWith('...') ? 3 : 0;
  const core = snippet.slice(cut).replace(/\.\.\.$/, '');
  const start = Math.max(0, line.indexOf(core));
  const column = Math.max(0, Math.min(line.length, start + inSnippet - cut));
  const from = Math.max(0, column - 60);
  const caret = `\n  ${line.slice(from, from + 120)}\n  ${' '.repeat(column - from)}^`;
  return {
    vi: `\nDòng ${lineText}, cột ${column + 1}:${caret}`,
    en: `\nLine ${lineText}, column ${column + 1}:${caret}`,
  };
}
