// Reasons to refuse a file as a whole, before or after its rows were judged.
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import type { Finding } from '../submission/finding';
import type { Header, HeaderProblems } from './header';
import { columnLetters } from './header';
import type { Fatal } from './scan';

export function refusal(
  code: string,
  expected: Bilingual,
  message: Bilingual,
  found: string | null = null,
  line: number | null = null,
): Finding {
  return { code, severity: 'error', row: line, line, record: null, column: null, cell: null, found, expected, message };
}

/** What the first bytes say the file really is; undefined: may be text. */
export function refuseMagic(bytes: Uint8Array): Finding | undefined {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const sample = marked ? bytes.subarray(3) : bytes;
  const starts = (...bytes: number[]) => bytes.every((byte, i) => sample[i] === byte);
  const text = { vi: 'tệp văn bản CSV, TSV hoặc TXT mã UTF-8', en: 'a CSV, TSV or TXT text file in UTF-8' };
  const is = (vi: string, en: string, nextVi: string, nextEn: string) =>
    refusal(
      'E_MAGIC',
      text,
      { vi: `Tệp này là ${vi}; cần ${text.vi}. ${nextVi}`, en: `This file is ${en}; expected ${text.en}. ${nextEn}` },
      vi,
    );
  const save = [
    'Trong Excel: Lưu thành → CSV UTF-8 (phân cách bằng dấu phẩy).',
    'In Excel: Save as → CSV UTF-8.',
  ] as const;
  const size = bytes.length;
  if (sample.every((byte) => byte === 32 || byte === 9 || byte === 10 || byte === 13)) {
    return refusal('E_EMPTY', text, {
      vi: `Tệp không có nội dung (${size} byte); cần ${text.vi}. Xuất lại tệp rồi gửi lại.`,
      en: `The file has no content (${size} bytes); expected ${text.en}. Export it again and resend.`,
    });
  }
  if (starts(0x50, 0x4b)) return is('tệp nén hoặc sổ tính XLSX', 'a ZIP or an XLSX workbook', ...save);
  if (starts(0xd0, 0xcf, 0x11, 0xe0))
    return is('sổ tính Excel đời cũ hoặc có mật khẩu', 'an old or password-protected Excel workbook', ...save);
  if (starts(0x25, 0x50, 0x44, 0x46))
    return is('tệp PDF', 'a PDF', 'Gửi bảng số liệu gốc, không gửi bản in.', 'Send the table itself, not its print.');
  if (starts(0x1f, 0x8b))
    return is('tệp nén gzip', 'gzip-compressed', 'Giải nén rồi gửi lại.', 'Unpack it and resend.');
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff))
    return is('văn bản UTF-16', 'UTF-16 text', 'Lưu lại với mã UTF-8.', 'Save it as UTF-8.');
  if (halfZero(sample)) return is('văn bản UTF-16', 'UTF-16 text', 'Lưu lại với mã UTF-8.', 'Save it as UTF-8.');
  const head = new TextDecoder('latin1').decode(sample.subarray(0, 256)).trimStart().toLowerCase();
  if (head.startsWith('<!doctype html') || head.startsWith('<html') || head.startsWith('<table')) {
    return is('trang HTML', 'an HTML page', ...save);
  }
  return undefined;
}

/** Text of two bytes a letter: nearly every second byte of plain Latin letters is zero. */
function halfZero(sample: Uint8Array): boolean {
  const head = sample.subarray(0, 400);
  const zeros = [0, 1].map((parity) => head.filter((byte, i) => i % 2 === parity && byte === 0).length);
  return head.length >= 8 && Math.max(...zeros) > head.length / 5 && Math.min(...zeros) === 0;
}

export function refuseFatal(fatal: Fatal): Finding {
  switch (fatal.kind) {
    case 'encoding': {
      const hex = fatal.byte.toString(16).toUpperCase().padStart(2, '0');
      return refusal(
        'E_ENCODING',
        { vi: 'văn bản mã UTF-8', en: 'UTF-8 text' },
        {
          vi: `Dòng ${fatal.line}: byte ${hex} không phải UTF-8; có thể tệp dùng mã cũ (TCVN3, VNI, Windows-1258). Lưu lại với mã UTF-8 rồi gửi lại.`,
          en: `Line ${fatal.line}: byte ${hex} is not UTF-8; the file may be in an old encoding (TCVN3, VNI, Windows-1258). Save it as UTF-8 and resend.`,
        },
        hex,
        fatal.line,
      );
    }
    case 'open_quote':
      return refusal(
        'E_OPEN_QUOTE',
        { vi: 'mỗi dấu ngoặc kép mở có dấu đóng', en: 'every opening quote closed' },
        {
          vi: `Dòng ${fatal.line}: dấu ngoặc kép mở ra mà không đóng, nuốt hết phần còn lại của tệp. Thêm dấu đóng hoặc viết hai lần ("").`,
          en: `Line ${fatal.line}: a quote opens and never closes, swallowing the rest of the file. Close it or write it twice ("").`,
        },
        null,
        fatal.line,
      );
    case 'truncated':
      return refusal(
        'E_TRUNCATED',
        { vi: 'dòng cuối có đủ ô', en: 'a complete last record' },
        {
          vi: `Dòng cuối (${fatal.line}) chỉ có ${fatal.fields} trên ${fatal.wanted} ô và không có ký tự xuống dòng: tệp bị cắt cụt. Xuất lại rồi gửi cả tệp.`,
          en: `The last line (${fatal.line}) has ${fatal.fields} of ${fatal.wanted} fields and no line end: the file was cut short. Export it again and resend it whole.`,
        },
        null,
        fatal.line,
      );
    case 'endless_record':
      return refusal(
        'E_FIELD_SIZE',
        { vi: 'mỗi dòng số liệu một dòng văn bản', en: 'one text line a record' },
        {
          vi: `Dòng ${fatal.line} dài hơn 32 MB: đây không phải bảng số liệu.`,
          en: `Line ${fatal.line} is longer than 32 MB: this is no table.`,
        },
        null,
        fatal.line,
      );
  }
}

/** UTF-8 read as another encoding and saved again: “Sá»Ÿ” for “Sở”. */
export function refuseMojibake(text: string): Finding | undefined {
  const found = /\S*(?:á[»º]|Ã[\u00a0-\u00bf]|Ä‘|Æ°|áº)\S*/.exec(text)?.[0];
  if (found === undefined) return undefined;
  return refusal(
    'E_MOJIBAKE',
    { vi: 'chữ tiếng Việt mã UTF-8', en: 'Vietnamese letters in UTF-8' },
    {
      vi: `Chữ tiếng Việt đã hỏng vì đổi mã hai lần (“${found.slice(0, 40)}”). Xuất lại từ phần mềm gốc với mã UTF-8 rồi gửi lại.`,
      en: `Vietnamese letters were damaged by a double change of encoding (“${found.slice(0, 40)}”). Export again from the source as UTF-8 and resend.`,
    },
    found.slice(0, 40),
    1,
  );
}

export function refuseNoHeader(contract: Contract, firstCells: readonly string[]): Finding {
  const wanted = contract.columns.filter((column) => column.required).map((column) => column.businessName);
  const found = firstCells.slice(0, 12).join(' | ');
  return refusal(
    'E_HEADER',
    { vi: `dòng tiêu đề có các cột: ${wanted.join(', ')}`, en: `a header row with the columns: ${wanted.join(', ')}` },
    {
      vi: `Không tìm thấy dòng tiêu đề của “${contract.title}” trong ${contract.intake.headerSearch} dòng đầu (dòng đầu: ${found}). Cần các cột: ${wanted.join(', ')}. Thêm dòng tiêu đề rồi gửi lại.`,
      en: `No header row of “${contract.title}” in the first ${contract.intake.headerSearch} rows (first row: ${found}). Expected the columns: ${wanted.join(', ')}. Add the header row and resend.`,
    },
    found,
    1,
  );
}

export function refuseHeader(problems: HeaderProblems, header: Header): Finding[] {
  const letter = (text: string) => columnLetters(header.cells.findIndex((cell) => cell.text === text));
  return [
    ...problems.missing.map(({ column, nearest }): Finding => {
      const near =
        nearest === undefined
          ? { vi: '', en: '' }
          : {
              vi: ` Tiêu đề gần nhất: “${nearest}” (cột ${letter(nearest)}).`,
              en: ` The nearest header is “${nearest}” (column ${letter(nearest)}).`,
            };
      return {
        ...refusal(
          'E_MISSING_COLUMN',
          { vi: `cột “${column.businessName}”`, en: `the column “${column.businessName}”` },
          {
            vi: `Thiếu cột bắt buộc “${column.businessName}” (${column.name}) ở dòng tiêu đề ${header.row}.${near.vi} Đặt đúng tên cột rồi gửi lại.`,
            en: `The required column “${column.businessName}” (${column.name}) is missing from the header in row ${header.row}.${near.en} Name the column so and resend.`,
          },
          nearest ?? null,
          header.row,
        ),
        column: column.businessName,
      };
    }),
    ...problems.doubled.map(({ column, headers }) =>
      refusal(
        'E_DUP_COLUMN',
        { vi: `một cột “${column.businessName}”`, en: `one column “${column.businessName}”` },
        {
          vi: `Dòng tiêu đề ${header.row}: ${headers.map((text) => `“${text}”`).join(' và ')} đều là cột “${column.businessName}”. Giữ lại một cột rồi gửi lại.`,
          en: `Header in row ${header.row}: ${headers.map((text) => `“${text}”`).join(' and ')} all name the column “${column.businessName}”. Keep one and resend.`,
        },
        headers.join(' | '),
        header.row,
      ),
    ),
  ];
}

export function refuseShare(rejected: number, rows: number, limit: number): Finding {
  const percent = (share: number) => (share * 100).toFixed(1).replace(/\.0$/, '');
  return refusal(
    'E_TOO_MANY_REJECTED',
    { vi: `không quá ${percent(limit).replace('.', ',')} % số dòng sai`, en: `at most ${percent(limit)} % wrong rows` },
    {
      vi: `${rejected} trong ${rows} dòng (${percent(rejected / rows).replace('.', ',')} %) sai, quá giới hạn ${percent(limit).replace('.', ',')} % của hợp đồng dữ liệu: cả tệp không được nhận, số liệu trước đó giữ nguyên. Sửa theo danh sách dưới đây rồi gửi lại cả tệp.`,
      en: `${rejected} of ${rows} rows (${percent(rejected / rows)} %) are wrong, above the contract's limit of ${percent(limit)} %: the whole file is refused and the former data stays. Mend the list below and resend the whole file.`,
    },
    `${rejected}/${rows}`,
  );
}

export function refuseFewRows(rows: number, minimum: number): Finding {
  return refusal(
    'E_TOO_FEW_ROWS',
    { vi: `ít nhất ${minimum} dòng số liệu`, en: `at least ${minimum} rows` },
    {
      vi: `Tệp có ${rows} dòng số liệu; cần ít nhất ${minimum}. Kiểm tra tệp có bị cắt cụt rồi gửi lại.`,
      en: `The file has ${rows} rows; expected at least ${minimum}. Check that it was not cut short and resend.`,
    },
    `${rows}`,
  );
}
