// Made-up dossiers of van_phong_ubnd/ho_so_tthc as department software exports them: `;`, BOM, CRLF, dd/MM/yyyy HH:mm,
// Có/Không, 1.234,00. The same options give the same bytes. Nothing here belongs to anyone.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { DOSSIER_HEADERS } from '../../cli/demo/extracts/headers';
import { at, compact, DAY, MINUTE, vnDate } from '../../cli/demo/extracts/moment';
import { makeRng, type Rng } from '../../cli/demo/extracts/rng';
import { padded, vnBool, vnNumber } from '../../cli/demo/extracts/write';

export interface DossierFile {
  readonly rows: number;
  readonly seed: number;
  /** Share of rows with one wrong cell, 0 to 1. */
  readonly badShare: number;
}

export const COMMUNE_COUNT = 3321;
export const COMMUNE_STEP = 27;

/** The nth made-up commune code, five digits; `99999` is never one. */
export const communeCode = (nth: number): string => padded(nth * COMMUNE_STEP + 1, 5);

const COLUMNS = Object.keys(DOSSIER_HEADERS);
const FLUSH_CHARS = 1_000_000;

const PROCEDURES = [
  ['1.900101', 'Phép lao động', 'LD', 'Lao động'],
  ['1.900301', 'Bán rượu', 'TM', 'Lưu thông'],
  ['1.900401', 'Khai sinh', 'HT', 'Hộ tịch'],
  ['2.900402', 'Chứng thực', 'CT', 'Hộ tịch'],
  ['1.900501', 'Tặng cho đất', 'DD', 'Đất đai'],
  ['1.900601', 'Đổi bằng lái', 'GT', 'Đường bộ'],
] as const;

const AGENCIES = ['H57.05', 'H57.10', 'H57.12', 'H57.15', 'H57.19', 'H57.40'] as const;

type Cells = Record<string, string>;

const FIRST_DAY = at(2026, 10, 1);
// Made once: a million rows write five moments each.
const DAYS = Array.from({ length: 64 }, (_, day) => vnDate(FIRST_DAY + day * DAY));
const COMPACT_DAYS = Array.from({ length: 31 }, (_, day) => compact(FIRST_DAY + day * DAY, false));
const DAY_MINUTES = DAY / MINUTE;
const TIMES = Array.from({ length: DAY_MINUTES }, (_, m) => `${padded(Math.floor(m / 60), 2)}:${padded(m % 60, 2)}`);

/** @param minute since the first day */
const moment = (minute: number): string => `${DAYS[Math.floor(minute / DAY_MINUTES)]} ${TIMES[minute % DAY_MINUTES]}`;

/** Ways a cell is wrong: unknown commune, no such day, text for a number, no value, wrong order of days, wrong status, wrong code. */
const FAULTS: readonly ((row: Cells) => void)[] = [
  (row) => {
    row.ma_xa = '99999';
  },
  (row) => {
    row.ngay_hen_tra = '31/02/2026 17:00';
  },
  (row) => {
    row.so_giay_to_phai_nop = '3 bản';
  },
  (row) => {
    row.ten_tthc = '';
  },
  (row) => {
    row.ngay_nop = '01/01/2027 08:00';
  },
  (row) => {
    row.trang_thai = '11';
  },
  (row) => {
    row.ma_tthc = '1.9004';
  },
  (row) => {
    row.so_giay_to_tai_su_dung = '9';
  },
];

function drawDossier(rng: Rng, serial: number): Cells {
  const [code, name, fieldCode, field] = rng.pick(PROCEDURES);
  const agency = rng.pick(AGENCIES);
  const day = rng.int(0, 30);
  const submitted = day * DAY_MINUTES + rng.int(420, 1020);
  const received = submitted + rng.int(5, 240);
  const isFinished = rng.chance(0.35);
  const finished = received + rng.int(60, 12_000);
  const isReturned = isFinished && rng.chance(0.9);
  const hasFee = rng.chance(0.2);
  const papers = rng.int(1, 6);
  return {
    ma_ho_so: `${agency}-${COMPACT_DAYS[day]}-${padded(serial, 7)}`,
    ma_tthc: code,
    ten_tthc: name,
    ma_linh_vuc: fieldCode,
    ten_linh_vuc: field,
    ma_don_vi_tiep_nhan: agency,
    don_vi_xu_ly: agency,
    loai_doi_tuong: rng.chance(0.2) ? '2' : '1',
    chu_ho_so: rng.chance(0.3) ? `Nguyễn Thử ${serial % 9973}` : '',
    so_dinh_danh_chu_ho_so: rng.chance(0.25) ? `046${padded(serial, 9)}` : '',
    so_dien_thoai: rng.chance(0.2) ? `09${padded(serial, 8)}` : '',
    email: rng.chance(0.03) ? `t${serial}@example.vn` : '',
    dia_chi: rng.chance(0.05) ? `Số ${serial % 997} đường Thử Nghiệm` : '',
    ma_xa: communeCode(rng.int(0, COMMUNE_COUNT - 1)),
    kenh_tiep_nhan: rng.pick(['1', '2', '2', '3']),
    muc_do_dvc: rng.pick(['toan_trinh', 'toan_trinh', 'mot_phan', 'mot_phan', 'khong_truc_tuyen']),
    ngay_nop: moment(submitted),
    ngay_tiep_nhan: moment(received),
    ngay_hen_tra: moment(received + rng.int(1, 15) * DAY_MINUTES),
    ngay_ket_thuc_xu_ly: isFinished ? moment(finished) : '',
    ngay_tra: isReturned ? moment(finished + rng.int(10, 2400)) : '',
    trang_thai: isReturned ? '10' : isFinished ? '9' : rng.pick(['2', '4', '4', '5']),
    co_so_hoa_thanh_phan: vnBool(rng.chance(0.8)),
    co_so_hoa_ket_qua: vnBool(rng.chance(0.7)),
    so_giay_to_phai_nop: String(papers),
    so_giay_to_tai_su_dung: String(rng.int(0, papers)),
    ma_ket_qua_giay_to: isFinished && rng.chance(0.2) ? `KQ.${agency}.${padded(serial % 1_000_000, 6)}` : '',
    phi_le_phi: hasFee ? vnNumber(rng.int(1, 5000) * 1000, 2) : '',
    da_thanh_toan_truc_tuyen: hasFee ? vnBool(rng.chance(0.6)) : '',
    muc_hai_long: isReturned && rng.chance(0.3) ? String(rng.int(1, 5)) : '',
  };
}

/** Lines of the file in order, header first, each with its line ending. */
export function* dossierLines({ rows, seed, badShare }: DossierFile): Generator<string> {
  const rng = makeRng(seed);
  yield `\ufeff${COLUMNS.map((column) => DOSSIER_HEADERS[column]?.[0] ?? column).join(';')}\r\n`;
  let faults = 0;
  for (let serial = 1; serial <= rows; serial++) {
    const row = drawDossier(rng, serial);
    if (rng.chance(badShare)) FAULTS[faults++ % FAULTS.length]!(row);
    yield `${COLUMNS.map((column) => row[column]).join(';')}\r\n`;
  }
}

export async function writeDossiers(path: string, file: DossierFile): Promise<void> {
  const out = createWriteStream(path);
  let text = '';
  for (const line of dossierLines(file)) {
    text += line;
    if (text.length < FLUSH_CHARS) continue;
    await write(out, text);
    text = '';
  }
  await write(out, text);
  out.end();
  await once(out, 'finish');
}

async function write(out: WriteStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain');
}
