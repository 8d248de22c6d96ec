// YAML documents as plain values, and what is wrong with one in two languages: the parser says it in English, with a code.
import { type Document, visit, type YAMLParseError } from 'yaml';
import type { Bilingual } from './errors';

const VIETNAMESE: Readonly<Partial<Record<YAMLParseError['code'], string>>> = {
  BAD_ALIAS: 'bí danh (*tên) viết sai',
  BAD_DQ_ESCAPE: 'ký hiệu sau dấu \\ trong nháy kép không có nghĩa',
  BAD_INDENT: 'thụt dòng không khớp các dòng trên, hoặc ngoặc chưa đóng',
  BAD_SCALAR_START: 'giá trị bắt đầu bằng ký hiệu riêng của YAML: đặt giá trị trong dấu nháy',
  BLOCK_AS_IMPLICIT_KEY: 'trên một dòng có hai khóa, hoặc dấu hai chấm trong giá trị: đặt giá trị trong dấu nháy',
  BLOCK_IN_FLOW: 'danh sách gạch đầu dòng nằm trong ngoặc',
  DUPLICATE_KEY: 'một khóa được ghi hai lần',
  KEY_OVER_1024_CHARS: 'khóa quá dài, có thể thiếu dấu nháy đóng',
  MISSING_CHAR: 'thiếu một ký hiệu: dấu nháy, ngoặc, dấu phẩy hoặc khoảng trắng',
  MULTILINE_IMPLICIT_KEY: 'khóa kéo dài nhiều dòng, có thể thiếu dấu hai chấm',
  MULTIPLE_DOCS: 'tệp có nhiều phần cách nhau bằng ---',
  TAB_AS_INDENT: 'thụt dòng bằng phím Tab: dùng dấu cách',
  UNEXPECTED_TOKEN: 'có ký hiệu không đúng chỗ',
};

/** The first line of the parser's sentence; in Vietnamese what its code means, or the code. */
export function yamlWords({ code, message }: Pick<YAMLParseError, 'code' | 'message'>): Bilingual {
  return { vi: VIETNAMESE[code] ?? `mã lỗi ${code}`, en: message.split('\n')[0] ?? message };
}

/** Anchors are expanded at most this often, so a small file cannot become a huge value. */
const MAX_ALIASES = 100;

/** The document as plain values. @throws when aliases cannot be followed: ALIAS_WORDS, at firstAlias */
export function plainValue(document: Document): unknown {
  const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  // Refuses circles.
  JSON.stringify(value);
  return value;
}

/** Where the first alias that names nothing stands; else the first of all. */
export function firstAlias(document: Document): number {
  const places: number[] = [];
  visit(document, {
    Alias(_, alias) {
      const at = alias.range?.[0] ?? 0;
      if (alias.resolve(document)) places.push(at);
      else places.unshift(at);
    },
  });
  return places[0] ?? 0;
}

export const ALIAS_WORDS: Bilingual = {
  vi: 'có bí danh (*tên) không trỏ tới đâu, trỏ vòng quanh hoặc nhân lên quá nhiều: hãy viết giá trị ra',
  en: 'an alias (*name) names nothing, goes round in a circle or swells too far: write the value out',
};
