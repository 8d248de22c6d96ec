// What was converted and how a file was read, in words: nothing is changed without being said.
import type { Contract, DecimalStyle } from '../contract/contract';
import type { Bilingual } from '../errors';
import type { SourceTraits } from '../intake/conversion';

const DELIMITERS: Readonly<Record<number, Bilingual>> = {
  59: { vi: 'dấu chấm phẩy (;)', en: 'semicolon (;)' },
  44: { vi: 'dấu phẩy (,)', en: 'comma (,)' },
  9: { vi: 'dấu TAB', en: 'TAB' },
  124: { vi: 'dấu gạch đứng (|)', en: 'vertical bar (|)' },
};

const STYLES: Readonly<Record<DecimalStyle, string>> = {
  vi: '1.234,5',
  en: '1,234.5',
  plain: '1234.5',
  either: '1234,5 | 1234.5',
};

export function readingNotes(source: SourceTraits, contract: Contract): Bilingual[] {
  const notes: Bilingual[] = [];
  const { traits } = source.scan;
  const delimiter = DELIMITERS[source.delimiter];
  if (source.station !== undefined) {
    notes.push({
      vi: `Tệp quan trắc tự động (TT 10/2021/TT-BTNMT), trạm ${source.station} lấy theo tên tệp.`,
      en: `Automatic monitoring file (Circular 10/2021/TT-BTNMT), station ${source.station} taken from the file name.`,
    });
  } else if (delimiter) {
    notes.push({
      vi: `Đọc là văn bản UTF-8${source.bom ? ' có BOM' : ''}, ô phân cách bằng ${delimiter.vi}, tiêu đề ở dòng ${source.headerRow}.`,
      en: `Read as UTF-8 text${source.bom ? ' with BOM' : ''}, fields separated by ${delimiter.en}, header in row ${source.headerRow}.`,
    });
  }
  if (source.titles > 0)
    notes.push({
      vi: `${source.titles} dòng tựa đề phía trên dòng tiêu đề được bỏ qua.`,
      en: `${source.titles} title rows above the header were passed over.`,
    });
  const kept = source.headers.filter((cell) => cell.column !== undefined).map((cell) => cell.column);
  const kinds = new Set(kept.map((column) => column?.type.kind));
  if (kinds.has('decimal') || kinds.has('double')) {
    notes.push({
      vi: `Số được hiểu theo dạng ${STYLES[contract.intake.decimalStyle]} và lưu thành kiểu số.`,
      en: `Numbers were read as ${STYLES[contract.intake.decimalStyle]} and stored as numbers.`,
    });
  }
  if (kinds.has('date') || kinds.has('timestamp')) {
    notes.push({
      vi: 'Ngày giờ dd/MM/yyyy được lưu thành kiểu ngày (yyyy-MM-dd), giờ Việt Nam.',
      en: 'Dates dd/MM/yyyy were stored as dates (yyyy-MM-dd), Vietnamese time.',
    });
  }
  if (kinds.has('boolean'))
    notes.push({ vi: '“Có/Không” được lưu thành đúng/sai.', en: '“Có/Không” were stored as true/false.' });
  if (kept.some((column) => column?.codeList?.kind === 'file')) {
    notes.push({
      vi: 'Tên gọi trong danh mục (nếu có) được đổi thành mã.',
      en: 'Labels of code lists, where used, were turned into codes.',
    });
  }
  if (traits.has('nfd'))
    notes.push({
      vi: 'Chữ tiếng Việt tổ hợp được chuẩn hóa thành dựng sẵn (NFC).',
      en: 'Decomposed Vietnamese letters were normalised to NFC.',
    });
  if (source.scan.padded)
    notes.push({
      vi: 'Khoảng trắng thừa ở hai đầu ô (nếu có) được cắt bỏ.',
      en: 'White space at the ends of cells, where present, was cut off.',
    });
  if (contract.intake.nullTokens.length > 0 || kept.some((column) => (column?.nullTokens?.length ?? 0) > 0)) {
    const tokens = [
      ...new Set([...contract.intake.nullTokens, ...kept.flatMap((column) => column?.nullTokens ?? [])]),
    ].join(' ');
    notes.push({
      vi: `Ô ghi ${tokens} được hiểu là không có giá trị.`,
      en: `Cells holding ${tokens} were read as no value.`,
    });
  }
  if (traits.has('blank_lines') || source.scan.blank.length > 0)
    notes.push({
      vi: 'Dòng trống được bỏ qua, không tính là dòng số liệu.',
      en: 'Blank rows were passed over and are not counted as rows.',
    });
  if (traits.has('mixed_line_ends') || traits.has('lone_cr'))
    notes.push({ vi: 'Ký tự xuống dòng không thống nhất được chuẩn hóa.', en: 'Mixed line ends were normalised.' });
  const out = source.headers
    .filter((cell) => cell.column === undefined && cell.text !== '')
    .map((cell) => `“${cell.text}”`);
  if (out.length > 0)
    notes.push({
      vi: `Cột ngoài hợp đồng dữ liệu không được nhận: ${out.join(', ')}.`,
      en: `Columns outside the contract were kept out: ${out.join(', ')}.`,
    });
  return notes;
}
