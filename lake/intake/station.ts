// Files of automatic discharge monitoring (Thông tư 10/2021/TT-BTNMT, Điều 39, Phụ lục 15): TAB-separated groups of
// symbol, value, unit, time, state; the station stands in the file name. Turned into plain records.
import { quoteField } from './records';

/** Fields of one reading; the source does not say whether groups repeat on one line or one a line, so both are read. */
const GROUP = ['ma_thong_so', 'gia_tri', 'don_vi', 'thoi_diem', 'trang_thai_do'] as const;

export const STATION_HEADER = [...GROUP, 'ma_tram'] as const;

export interface StationName {
  /** `TTH_CTYDETA_NUO001`: free text of the sender, underscores included. */
  readonly prefix: string;
  readonly station: string;
  /** yyyyMMddHHmmss, UTC+7. */
  readonly time: string;
}

/** `TenTinh_TenCoSo_TenTram_yyyyMMddHHmmss.txt`, read from the right; undefined: another name. */
export function parseStationName(fileName: string): StationName | undefined {
  const match = /^(.+_)?([^_]+)_(\d{14})\.txt$/i.exec(fileName);
  if (!match?.[1]) return undefined;
  return { prefix: `${match[1]}${match[2]}`, station: match[2]!, time: match[3]! };
}

export interface StationText {
  /** One record a line, fields separated by TAB, no header. */
  readonly text: string;
  /** Physical line and first field (0-based) of each record. */
  readonly places: readonly { readonly line: number; readonly field: number }[];
  readonly groupsPerLine: number;
}

export function stationRecords(text: string, station: string): StationText {
  const lines: string[] = [];
  const places: { line: number; field: number }[] = [];
  let widest = 1;
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    if (line.trim() === '') return;
    const fields = line.split('\t');
    // A line ending in TAB has one empty field too many.
    if (fields.length % GROUP.length === 1 && fields.at(-1) === '') fields.pop();
    const step = fields.length % GROUP.length === 0 ? GROUP.length : fields.length;
    widest = Math.max(widest, fields.length / step);
    for (let field = 0; field < fields.length; field += step) {
      lines.push([...fields.slice(field, field + step), station].map((text) => quoteField(text, '\t')).join('\t'));
      places.push({ line: i + 1, field });
    }
  });
  return { text: lines.map((line) => `${line}\n`).join(''), places, groupsPerLine: widest };
}
