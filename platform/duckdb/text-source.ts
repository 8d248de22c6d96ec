// A delimited text or station file on local disk, scanned and ready for the engine: dialect, header, independent
// record count, and a way back from record numbers to the bytes the sender wrote.
import { createReadStream, createWriteStream, readSync } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Contract } from '../../lake/contract/contract';
import { cleanText } from '../../lake/intake/clean';
import type { SourceTraits } from '../../lake/intake/conversion';
import type { Place } from '../../lake/intake/explain';
import { findHeader, headerProblems } from '../../lake/intake/header';
import { fieldsOf, recordsOf } from '../../lake/intake/records';
import {
  refusal,
  refuseFatal,
  refuseHeader,
  refuseMagic,
  refuseMojibake,
  refuseNoHeader,
} from '../../lake/intake/refusals';
import { BLOCK, RecordScanner, refuseEncoding, type Scan } from '../../lake/intake/scan';
import { parseStationName, STATION_HEADER, stationRecords } from '../../lake/intake/station';
import type { Finding } from '../../lake/submission/finding';

const SAMPLE_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const MAX_STATION_BYTES = 64_000_000;
const TAB = 9;
const NO_BYTES = new Uint8Array(0);

export interface LocatedRecord {
  readonly place: Place;
  /** The record as sent, without line ending. */
  readonly sent: string;
  /** The record as the engine is given it: a station file's lines carry the station too. */
  readonly raw: string;
}

export interface TextSource extends SourceTraits {
  /** File the engine reads. */
  readonly path: string;
  /** Lines before the first data record in `path`. */
  readonly skipLines: number;
  /** Finds records by ordinal (from 1, ascending). */
  locate(ordinals: readonly number[]): AsyncGenerator<LocatedRecord>;
}

export type OpenedSource =
  | { readonly source: TextSource; readonly refused?: never }
  /** `source`: known as far as the file could be read. */
  | { readonly refused: readonly Finding[]; readonly source?: SourceTraits };

/** Below this size looking at every record costs nothing worth saving. */
const SMALL_BYTES = 8_000_000;

/** @param thorough look at every record of a large file too, see ScanStart: after the quick way did not work out */
export async function openTextSource(
  path: string,
  fileName: string,
  contract: Contract,
  workDir: string,
  thorough: boolean,
): Promise<OpenedSource> {
  const sample = await readSample(path);
  const magic = refuseMagic(sample);
  if (magic) return { refused: [magic] };
  if (contract.intake.formats.includes('station')) {
    const station = parseStationName(fileName);
    if (station) return openStation(path, station.station, contract, workDir);
    if (!contract.intake.formats.includes('csv')) return { refused: [refuseStationName(fileName)] };
  }
  return openCsv(
    path,
    sample,
    contract,
    workDir,
    thorough || sample.length < SAMPLE_BYTES || (await stat(path)).size < SMALL_BYTES,
  );
}

/** The first bytes of a file: what tells its encoding and delimiter. */
export async function readSample(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await file.read(buffer, 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function openCsv(
  path: string,
  sample: Uint8Array,
  contract: Contract,
  workDir: string,
  thorough: boolean,
): Promise<OpenedSource> {
  const bom = sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf;
  const text = bom ? sample.subarray(3) : sample;
  const badText = refuseEncoding(text, 1);
  if (badText) return { refused: [refuseFatal(badText)] };
  const header = findHeader(text, contract);
  if (!header) {
    const mojibake = refuseMojibake(Buffer.from(text.subarray(0, 4096)).toString('utf8'));
    if (mojibake) return { refused: [mojibake] };
    const first = recordsOf(text, 59).next().value;
    return { refused: [refuseNoHeader(contract, first ? fieldsOf(text, 59, first) : [])] };
  }
  const offset = header.dataOffset + (bom ? 3 : 0);
  const fields = header.cells.length;
  const scanner = new RecordScanner({
    delimiter: header.delimiter,
    fields,
    thorough,
    offset,
    row: header.row + 1,
    line: header.dataLine,
    head: text.subarray(0, header.dataOffset),
  });
  for await (const chunk of createReadStream(path, { start: offset, highWaterMark: CHUNK_BYTES })) scanner.push(chunk);
  const scan = scanner.end();
  if (scan.fatal) return { refused: [refuseFatal(scan.fatal)] };
  const traits: SourceTraits = {
    delimiter: header.delimiter,
    headers: header.cells,
    headerRow: header.row,
    bom,
    titles: header.titles,
    scan,
    station: undefined,
  };
  const refused = refuseHeader(headerProblems(header, contract), header);
  const mojibake = refused.length > 0 ? refuseMojibake(header.cells.map((cell) => cell.text).join(' ')) : undefined;
  if (refused.length > 0) return { refused: mojibake ? [mojibake] : refused, source: traits };
  const clean = scan.needsCleaning || header.multiline;
  const enginePath = clean ? join(workDir, 'clean.txt') : path;
  if (clean) {
    const chunks = createReadStream(path, { start: offset, highWaterMark: CHUNK_BYTES });
    const request = { delimiter: header.delimiter, fields, misshapen: scan.misshapen };
    await pipeline(Readable.from(cleanText(chunks, request)), createWriteStream(enginePath));
  }
  return {
    source: {
      ...traits,
      path: enginePath,
      skipLines: clean ? 0 : header.dataLine - 1,
      locate: (ordinals) => locateInFile(path, scan, header.delimiter, ordinals),
    },
  };
}

async function* locateInFile(
  path: string,
  scan: Scan,
  delimiter: number,
  ordinals: readonly number[],
): AsyncGenerator<LocatedRecord> {
  const { index } = scan;
  const file = await open(path);
  try {
    let i = 0;
    while (i < ordinals.length) {
      const block = Math.floor((ordinals[i]! - 1) / BLOCK);
      const from = index.offsets[block]!;
      const buffer = Buffer.alloc((index.offsets[block + 1] ?? scan.end) - from);
      // Thousands of small reads: promises would cost more than the reads.
      readSync(file.fd, buffer, 0, buffer.length, from);
      let ordinal = block * BLOCK;
      let row = index.rows[block]!;
      let line = index.lines[block]!;
      for (const span of recordsOf(buffer, delimiter)) {
        if (span.kind !== 'empty') {
          ordinal++;
          if (ordinal === ordinals[i]) {
            const raw = buffer.toString('utf8', span.start, span.end);
            yield { place: { record: ordinal, row, line }, sent: raw, raw };
            i++;
          }
        }
        row++;
        line += span.lines;
        if (i >= ordinals.length || ordinals[i]! > (block + 1) * BLOCK) break;
      }
    }
  } finally {
    await file.close();
  }
}

async function openStation(path: string, station: string, contract: Contract, workDir: string): Promise<OpenedSource> {
  const bytes = await readFile(path);
  if (bytes.length > MAX_STATION_BYTES) {
    const most = { vi: 'tệp trạm không quá 64 MB', en: 'a station file of at most 64 MB' };
    return {
      refused: [
        refusal('E_TOO_LARGE', most, {
          vi: `Tệp trạm lớn ${bytes.length} byte; cần ${most.vi}. Gửi từng ngày một.`,
          en: `The station file has ${bytes.length} bytes; expected ${most.en}. Send it day by day.`,
        }),
      ],
    };
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = bom ? bytes.subarray(3) : bytes;
  const probe = new RecordScanner({
    delimiter: TAB,
    fields: 5,
    thorough: false,
    offset: 0,
    row: 1,
    line: 1,
    head: NO_BYTES,
  });
  probe.push(content);
  const { fatal } = probe.end();
  if (fatal?.kind === 'encoding') return { refused: [refuseFatal(fatal)] };
  const records = stationRecords(content.toString('utf8').normalize('NFC'), station);
  const enginePath = join(workDir, 'station.txt');
  const fields = STATION_HEADER.length;
  const scanner = new RecordScanner({
    delimiter: TAB,
    fields,
    thorough: true,
    offset: 0,
    row: 1,
    line: 1,
    head: NO_BYTES,
  });
  scanner.push(Buffer.from(records.text));
  const scan = scanner.end();
  const chunks = Readable.from([Buffer.from(records.text)]);
  await writeFile(enginePath, Readable.from(cleanText(chunks, { delimiter: TAB, fields, misshapen: scan.misshapen })));
  const lines = records.text.split('\n');
  const columns = new Map(contract.columns.map((column) => [column.name, column]));
  return {
    source: {
      path: enginePath,
      delimiter: TAB,
      skipLines: 0,
      headers: STATION_HEADER.map((name) => ({
        text: columns.get(name)?.businessName ?? name,
        column: columns.get(name),
      })),
      headerRow: null,
      bom,
      titles: 0,
      scan,
      station,
      async *locate(ordinals) {
        for (const ordinal of ordinals) {
          const place = records.places[ordinal - 1];
          const raw = lines[ordinal - 1] ?? '';
          const sent = raw.slice(0, raw.lastIndexOf('\t'));
          if (place)
            yield {
              place: { record: ordinal, row: place.line, line: place.line, columnShift: place.field },
              sent,
              raw,
            };
        }
      },
    },
  };
}

function refuseStationName(fileName: string): Finding {
  const expected = {
    vi: 'tên tệp dạng TenTinh_TenCoSo_TenTram_yyyyMMddHHmmss.txt',
    en: 'a file name like TenTinh_TenCoSo_TenTram_yyyyMMddHHmmss.txt',
  };
  return refusal(
    'E_STATION_NAME',
    expected,
    {
      vi: `Tên tệp “${fileName}” không cho biết trạm và thời điểm; cần ${expected.vi} (Thông tư 10/2021/TT-BTNMT, Phụ lục 15). Đổi tên rồi gửi lại.`,
      en: `The file name “${fileName}” tells neither station nor time; expected ${expected.en} (Circular 10/2021/TT-BTNMT, Annex 15). Rename and resend.`,
    },
    fileName,
  );
}
