// The dated list of agencies (an extract of the Department of Home Affairs), and how well each one works in the made-up dossiers.
import type { Cells, Extract } from './extract';
import { AGENCY_HEADERS } from './headers';
import { csv, sheet, vnBool } from './write';

/** The shares are what dossiers are drawn from; they are never written into a file. */
export interface ReportingAgency {
  readonly code: string;
  readonly name: string;
  /** Share of the province's dossiers. */
  readonly weight: number;
  /** Share finished on time, one value a month: 2026-08, 2026-09, 2026-10. */
  readonly onTime: readonly [number, number, number];
  /** Share of finished dossiers whose papers and result are both digitised, a value a month. */
  readonly digitised: readonly [number, number, number];
  /** Share of required papers taken from what the province already holds, a value a month. */
  readonly reuse: readonly [number, number, number];
}

// H57 is Huế (QĐ 20/2020/QĐ-TTg). Everything after the dot is made up for the demo: the real sub-codes are set by the
// city's own decision and are not known here. Names are those in use since the mergers of March 2025.
export const REPORTING_AGENCIES: readonly ReportingAgency[] = [
  {
    code: 'H57.10',
    name: 'Sở Nội vụ',
    weight: 15,
    onTime: [0.955, 0.96, 0.97],
    digitised: [0.93, 0.95, 0.97],
    reuse: [0.76, 0.81, 0.85],
  },
  {
    code: 'H57.12',
    name: 'Sở Tài chính',
    weight: 14,
    onTime: [0.94, 0.945, 0.95],
    digitised: [0.9, 0.92, 0.94],
    reuse: [0.71, 0.75, 0.79],
  },
  {
    code: 'H57.05',
    name: 'Sở Công Thương',
    weight: 8,
    onTime: [0.93, 0.95, 0.93],
    digitised: [0.86, 0.9, 0.92],
    reuse: [0.66, 0.7, 0.74],
  },
  {
    code: 'H57.40',
    name: 'UBND phường Thuận Hoá',
    weight: 24,
    onTime: [0.87, 0.89, 0.91],
    digitised: [0.79, 0.83, 0.87],
    reuse: [0.62, 0.67, 0.72],
  },
  {
    code: 'H57.19',
    name: 'Sở Nông nghiệp và Môi trường',
    weight: 22,
    onTime: [0.89, 0.87, 0.85],
    digitised: [0.76, 0.79, 0.82],
    reuse: [0.55, 0.59, 0.64],
  },
  {
    code: 'H57.15',
    name: 'Sở Xây dựng',
    weight: 17,
    onTime: [0.64, 0.7, 0.75],
    digitised: [0.68, 0.72, 0.75],
    reuse: [0.48, 0.52, 0.57],
  },
];

const MERGED = '01/03/2025';

const OTHERS: readonly Cells[] = [
  { ma_co_quan: 'H57', ten_co_quan: 'UBND thành phố Huế', cap: 'tinh', hieu_luc_tu: '01/01/2025' },
  { ma_co_quan: 'H57.01', ten_co_quan: 'Văn phòng UBND thành phố', cap: 'so', hieu_luc_tu: '01/01/2025' },
  {
    ma_co_quan: 'H57.01.02',
    ten_co_quan: 'Trung tâm Phục vụ hành chính công',
    cap: 'so',
    ma_co_quan_cha: 'H57.01',
    hieu_luc_tu: '01/01/2025',
  },
  {
    ma_co_quan: 'H57.17',
    ten_co_quan: 'Sở Khoa học và Công nghệ',
    cap: 'so',
    ke_thua_tu: 'H57.16',
    hieu_luc_tu: MERGED,
  },
  { ma_co_quan: 'H57.21', ten_co_quan: 'Sở Văn hóa và Thể thao', cap: 'so', hieu_luc_tu: '01/01/2025' },
  {
    ma_co_quan: 'H57.16',
    ten_co_quan: 'Sở Thông tin và Truyền thông',
    cap: 'so',
    hieu_luc_tu: '01/01/2020',
    hieu_luc_den: '28/02/2025',
  },
  {
    ma_co_quan: 'H57.20',
    ten_co_quan: 'Sở Tài nguyên và Môi trường',
    cap: 'so',
    hieu_luc_tu: '01/01/2020',
    hieu_luc_den: '28/02/2025',
  },
  {
    ma_co_quan: 'H57.14',
    ten_co_quan: 'Sở Giao thông vận tải',
    cap: 'so',
    hieu_luc_tu: '01/01/2020',
    hieu_luc_den: '28/02/2025',
  },
  {
    ma_co_quan: 'H57.13',
    ten_co_quan: 'Sở Kế hoạch và Đầu tư',
    cap: 'so',
    hieu_luc_tu: '01/01/2020',
    hieu_luc_den: '28/02/2025',
  },
  {
    ma_co_quan: 'H57.11',
    ten_co_quan: 'Sở Lao động - Thương binh và Xã hội',
    cap: 'so',
    hieu_luc_tu: '01/01/2020',
    hieu_luc_den: '28/02/2025',
  },
];

const HEIRS: Readonly<Record<string, string>> = {
  'H57.10': 'H57.11',
  'H57.12': 'H57.13',
  'H57.15': 'H57.14',
  'H57.19': 'H57.20',
};

export function agencyExtract(): Extract {
  const reporting = REPORTING_AGENCIES.map(({ code, name }): Cells => {
    const isWard = code === 'H57.40';
    return {
      ma_co_quan: code,
      ten_co_quan: name,
      cap: isWard ? 'xa' : 'so',
      ma_co_quan_cha: 'H57',
      ke_thua_tu: HEIRS[code] ?? '',
      ma_xa: isWard ? '19789' : '',
      phai_bao_cao: vnBool(true),
      hieu_luc_tu: isWard ? '01/07/2025' : HEIRS[code] === undefined ? '01/01/2025' : MERGED,
    };
  });
  const others = OTHERS.map(
    (agency): Cells => ({
      ...agency,
      ma_co_quan_cha: agency.ma_co_quan_cha ?? (agency.ma_co_quan === 'H57' ? '' : 'H57'),
      phai_bao_cao: vnBool(false),
    }),
  );
  const layout = { headers: AGENCY_HEADERS, columns: Object.keys(AGENCY_HEADERS), variant: 0, numbered: 'STT' };
  return {
    to: 'so_noi_vu/co_quan/2026-07',
    fileName: 'Danh sach co quan.csv',
    bytes: csv(sheet(layout, [...others.slice(0, 3), ...reporting, ...others.slice(3)]), {
      delimiter: '\t',
      eol: '\r\n',
      quote: 'needed',
      bom: true,
      nfd: false,
    }),
    story: {
      vi: 'Danh sách cơ quan có thời hạn hiệu lực: sở mới kế thừa sở cũ từ 01/03/2025; có cột STT ngoài hợp đồng.',
      en: 'Agencies with dates of effect: new departments succeed old ones from 01/03/2025; an extra STT column.',
    },
    expect: 'accepted',
  };
}
