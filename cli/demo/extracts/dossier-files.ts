// Extracts of the city's office: dossiers around the reform of 01/07/2025 and of three months of 2026, with their mishaps.
import { REPORTING_AGENCIES } from './agencies';
import { type DossierPeriod, drawDossiers } from './dossiers';
import type { Cells, Extract } from './extract';
import { DOSSIER_HEADERS } from './headers';
import { COMMUNES_AFTER, COMMUNES_BEFORE } from './hue-units';
import { CHANNEL_LABELS, labelled, SERVICE_LEVEL_LABELS } from './labels';
import { at, vnMinute, vnSecond } from './moment';
import type { Rng } from './rng';
import { type Fault, spoil } from './spoil';
import { csv, type SheetLayout, sheet } from './write';

const DATASET = 'van_phong_ubnd/ho_so_tthc';
const COLUMNS = Object.keys(DOSSIER_HEADERS);

const layout = (variant: number, columns: readonly string[] = COLUMNS): SheetLayout => ({
  headers: DOSSIER_HEADERS,
  columns,
  variant,
});

// The ward was founded by the reform and Công Thương had not reported October when the list was printed.
const BEFORE_REFORM = REPORTING_AGENCIES.filter(({ code }) => code !== 'H57.40');
const OCTOBER = REPORTING_AGENCIES.filter(({ code }) => code !== 'H57.05');

const common = { agencies: REPORTING_AGENCIES, communes: COMMUNES_AFTER, month: 0, moment: vnMinute } as const;

const PERIODS = {
  june2025: {
    ...common,
    rows: 30,
    from: at(2025, 6, 16),
    to: at(2025, 6, 30),
    printed: at(2025, 8, 15),
    agencies: BEFORE_REFORM,
    communes: COMMUNES_BEFORE,
    moment: vnSecond,
  },
  july2025: {
    ...common,
    rows: 30,
    from: at(2025, 7, 1),
    to: at(2025, 7, 15),
    printed: at(2025, 8, 15),
    moment: vnSecond,
  },
  august: {
    ...common,
    rows: 1650,
    from: at(2026, 8, 1),
    to: at(2026, 8, 31),
    printed: at(2026, 9, 15, 17),
    moment: vnSecond,
  },
  september: {
    ...common,
    rows: 1800,
    from: at(2026, 9, 1),
    to: at(2026, 9, 30),
    printed: at(2026, 10, 15, 17),
    month: 1,
  },
  october: {
    ...common,
    rows: 1960,
    from: at(2026, 10, 1),
    to: at(2026, 10, 31),
    printed: at(2026, 11, 15, 17),
    month: 2,
    agencies: OCTOBER,
  },
} as const satisfies Record<string, DossierPeriod>;

const isReturned = (row: Cells): boolean => row.trang_thai === '10';

/** Every way a row of dossiers goes wrong in the demo. */
const FAULTS: readonly Fault[] = [
  { near: 0.02, fits: (row) => !isReturned(row), change: { ngay_nop: '31/02/2026 08:15' } },
  { near: 0.08, change: { ma_xa: '99999' } },
  { near: 0.15, twice: true, change: {} },
  { near: 0.22, twice: true, change: { so_dien_thoai: '', email: '' } },
  { near: 0.3, fits: isReturned, change: { ngay_tra: '' } },
  { near: 0.38, fits: isReturned, change: { trang_thai: '9', ngay_ket_thuc_xu_ly: '', ngay_tra: '' } },
  { near: 0.45, change: { so_giay_to_phai_nop: '3 bản' } },
  { near: 0.52, change: { ma_xa: '3646' } },
  { near: 0.58, change: { ten_tthc: '' } },
  { near: 0.64, fits: isReturned, change: (row) => ({ ngay_tra: row.ngay_nop ?? '', ngay_nop: row.ngay_tra ?? '' }) },
  { near: 0.7, change: { so_giay_to_phai_nop: '2', so_giay_to_tai_su_dung: '5' } },
  { near: 0.76, change: { trang_thai: '11' } },
  { near: 0.82, change: { ma_xa: '19792' } },
  { near: 0.88, change: { ma_ho_so: 'HS 1234/2026' } },
  { near: 0.93, change: { phi_le_phi: '15O.000' } },
  { near: 0.97, change: { co_so_hoa_ket_qua: 'rồi' } },
];

export function dossierExtracts(rng: Rng): readonly Extract[] {
  const june2025 = drawDossiers(rng, PERIODS.june2025, 1);
  const july2025 = drawDossiers(rng, PERIODS.july2025, 101);
  const august = drawDossiers(rng, PERIODS.august, 1001);
  const september = withWords(drawDossiers(rng, PERIODS.september, 3001));
  const october = spoil(withLineBreaks(drawDossiers(rng, PERIODS.october, 5001).map(onlineInWords)), FAULTS);

  const septemberFile = {
    to: `${DATASET}/2026-09`,
    fileName: 'Hồ sơ TTHC tháng 9-2026.csv',
    bytes: csv(sheet(layout(1), september), { delimiter: ',', eol: '\n', quote: 'needed', bom: false, nfd: true }),
  };
  const octoberFile = { to: `${DATASET}/2026-10`, fileName: 'ho_so_tthc_T10_2026.tsv' };
  return [
    {
      to: `${DATASET}/2025-06`,
      fileName: 'HSTTHC_06_2025.csv',
      bytes: csv(sheet(layout(0), june2025), { delimiter: ';', eol: '\r\n', quote: 'needed', bom: true, nfd: false }),
      story: {
        vi: 'Hồ sơ nửa cuối tháng 6/2025, còn mang mã xã trước sắp xếp.',
        en: 'Dossiers of late June 2025, still with the commune codes of before the reform.',
      },
      expect: 'accepted',
    },
    {
      to: `${DATASET}/2025-07`,
      fileName: 'HSTTHC_07_2025.csv',
      bytes: csv(sheet(layout(0), july2025), { delimiter: ',', eol: '\r\n', quote: 'all', bom: true, nfd: false }),
      story: {
        vi: 'Hồ sơ nửa đầu tháng 7/2025, mã xã mới; mọi ô đều trong dấu nháy.',
        en: 'Dossiers of early July 2025 with the new commune codes; every cell is quoted.',
      },
      expect: 'accepted',
    },
    {
      to: `${DATASET}/2026-08`,
      fileName: 'Hồ sơ TTHC tháng 8-2026.csv',
      bytes: csv(sheet({ ...layout(0), numbered: 'STT' }, august), {
        delimiter: ';',
        eol: '\r\n',
        quote: 'needed',
        bom: true,
        nfd: false,
      }),
      story: {
        vi: 'Tháng 8/2026 như Excel tiếng Việt xuất ra: dấu chấm phẩy, BOM, thêm cột STT.',
        en: 'August 2026 as a Vietnamese Excel exports it: semicolons, BOM, an extra STT column.',
      },
      expect: 'accepted',
    },
    {
      ...septemberFile,
      story: {
        vi: 'Tháng 9/2026 từ phần mềm một cửa: Unicode tổ hợp (NFD), tiêu đề khác, kênh nộp và mức độ DVC ghi bằng chữ.',
        en: 'September 2026 from the one-stop software: decomposed Unicode (NFD), other headers, channels and service levels in words.',
      },
      expect: 'accepted',
    },
    {
      ...octoberFile,
      bytes: csv(sheet(layout(2), october), { delimiter: '\t', eol: '\r\n', quote: 'needed', bom: true, nfd: false }),
      story: {
        vi: 'Tháng 10/2026 có hơn mười dòng sai, mỗi dòng một kiểu (31/02/2026, mã xã lạ, trùng mã, thiếu ngày trả…); thiếu Sở Công Thương.',
        en: 'October 2026 with over ten wrong rows, each in its own way (31/02/2026, unknown commune, double code, no return date…); one department missing.',
      },
      expect: 'partial',
    },
    {
      ...septemberFile,
      story: {
        vi: 'Gửi lại đúng tệp tháng 9/2026: không có gì thay đổi.',
        en: 'The September 2026 file once more, byte for byte: nothing changes.',
      },
      expect: 'unchanged',
    },
    {
      ...octoberFile,
      bytes: csv(sheet(layout(1, COLUMNS.slice(1)), october.slice(0, 400)), {
        delimiter: '\t',
        eol: '\r\n',
        quote: 'needed',
        bom: true,
        nfd: false,
      }),
      story: {
        vi: 'Gửi lại tháng 10/2026 nhưng thiếu cột mã hồ sơ: từ chối cả tệp, bản trước vẫn giữ nguyên.',
        en: 'October 2026 sent again without the dossier code column: refused whole, the former version stays.',
      },
      expect: 'rejected',
    },
  ];
}

/** The one-stop software prints labels where the code lists have codes. */
function withWords(rows: readonly Cells[]): readonly Cells[] {
  return rows.map((row) => ({
    ...row,
    kenh_tiep_nhan: labelled(CHANNEL_LABELS, row.kenh_tiep_nhan ?? ''),
    muc_do_dvc: labelled(SERVICE_LEVEL_LABELS, row.muc_do_dvc ?? ''),
  }));
}

/** Some addresses were typed on two lines of one cell. */
function withLineBreaks(rows: readonly Cells[]): readonly Cells[] {
  return rows.map((row, index) =>
    index % 97 === 40 ? { ...row, dia_chi: `Tổ dân phố "Mẫu" ${index}\nđường Thử Nghiệm, thành phố Huế` } : row,
  );
}

/** One counter of the office writes the channel's name, but only for what came in online. */
const onlineInWords = (row: Cells): Cells =>
  row.kenh_tiep_nhan === '2' ? { ...row, kenh_tiep_nhan: labelled(CHANNEL_LABELS, '2') } : row;
