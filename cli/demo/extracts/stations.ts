// Extract of the Department of Agriculture and Environment: discharge stations of the industrial parks. Companies are made up.
import { madeUpTaxCode } from './check-digit';
import type { Extract } from './extract';
import { STATION_HEADERS } from './headers';
import { csv, sheet, vnNumber, withTitles } from './write';

export interface Station {
  readonly code: string;
  readonly company: string;
  readonly park: string;
  readonly commune: string;
  readonly lat: number;
  readonly lon: number;
  /** Column of QCVN 40:2011/BTNMT that applies. */
  readonly column: 'A' | 'B';
  readonly kq: number;
  readonly kf: number;
  /** m³ a day */
  readonly permitted: number;
  readonly filePrefix: string;
  readonly calibrated: string;
}

/** COD limit of column B is 150 mg/L × Kq × Kf; the fourth station sends nothing on the day of the demo. */
export const STATIONS: readonly Station[] = [
  {
    code: 'NUO001',
    company: 'Công ty Dệt Thử Nghiệm A',
    park: 'KCN Phú Bài',
    commune: '19960',
    lat: 16.3912,
    lon: 107.7103,
    column: 'B',
    kq: 0.9,
    kf: 1,
    permitted: 4500,
    filePrefix: 'TTH_CTYDETA_NUO001',
    calibrated: '12/08/2026',
  },
  {
    code: 'NUO002',
    company: 'Công ty Thủy sản Thử Nghiệm B',
    park: 'KCN La Sơn',
    commune: '20131',
    lat: 16.3005,
    lon: 107.7188,
    column: 'A',
    kq: 0.9,
    kf: 1.1,
    permitted: 480,
    filePrefix: 'TTH_CTY_TS_B_NUO002',
    calibrated: '03/09/2026',
  },
  {
    code: 'NUO003',
    company: 'Công ty Hạ tầng Thử Nghiệm C',
    park: 'KCN Phong Điền',
    commune: '19819',
    lat: 16.5321,
    lon: 107.3504,
    column: 'A',
    kq: 1,
    kf: 1,
    permitted: 2500,
    filePrefix: 'TTH_CTYHTC_NUO003',
    calibrated: '20/07/2026',
  },
  {
    code: 'NUO004',
    company: 'Công ty Men sứ Thử Nghiệm D',
    park: 'KCN Tứ Hạ',
    commune: '19996',
    lat: 16.5214,
    lon: 107.4627,
    column: 'B',
    kq: 0.9,
    kf: 1.2,
    permitted: 50,
    filePrefix: 'TTH_CTYMSD_NUO004',
    calibrated: '01/10/2026',
  },
];

export function stationExtract(): Extract {
  const rows = STATIONS.map((station, index) => ({
    ma_tram: station.code,
    ten_co_so: station.company,
    ma_so_thue: madeUpTaxCode(33_000 + index),
    loai: 'nuoc_thai',
    khu_cong_nghiep: station.park,
    ma_xa: station.commune,
    lat: vnNumber(station.lat, 4),
    lon: vnNumber(station.lon, 4),
    quy_chuan: `QCVN40_2011_${station.column}`,
    he_so_kq: vnNumber(station.kq, 1),
    he_so_kf: vnNumber(station.kf, 1),
    luu_luong_cap_phep: vnNumber(station.permitted),
    thong_so_bat_buoc: 'Flow|pH|Temp|COD|TSS|NH4',
    chu_ky_phut: '5',
    tien_to_tep: station.filePrefix,
    ngay_hieu_chuan: station.calibrated,
  }));
  const layout = { headers: STATION_HEADERS, columns: Object.keys(STATION_HEADERS), variant: 0, numbered: 'STT' };
  return {
    to: 'so_nn_mt/tram_quan_trac/2026-10',
    fileName: 'Tram quan trac nuoc thai.csv',
    bytes: csv(withTitles(['DANH SÁCH TRẠM QUAN TRẮC NƯỚC THẢI TỰ ĐỘNG'], sheet(layout, rows)), {
      delimiter: ';',
      eol: '\n',
      quote: 'needed',
      bom: false,
      nfd: false,
    }),
    story: {
      vi: 'Bốn trạm nước thải khu công nghiệp; số thập phân dấu phẩy, một dòng tiêu đề phía trên.',
      en: 'Four discharge stations of industrial parks; decimal commas, one title row above the header.',
    },
    expect: 'accepted',
  };
}
