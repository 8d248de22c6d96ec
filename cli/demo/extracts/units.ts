// Extracts of the Department of Home Affairs: the unit list before and after the reform.

import type { Extract } from './extract';
import { UNIT_HEADERS } from './headers';
import { COMMUNES_AFTER, COMMUNES_BEFORE, HUE } from './hue-units';
import { csv, sheet } from './write';

export function unitExtracts(): readonly Extract[] {
  const province = { ma_tinh: HUE.maTinh, ten_tinh: HUE.tenTinh };
  const before = COMMUNES_BEFORE.map((unit) => ({
    ...province,
    ma_huyen: unit.maHuyen,
    ten_huyen: unit.tenHuyen,
    ma_xa: unit.maXa,
    ten_xa: unit.tenXa,
  }));
  const after = COMMUNES_AFTER.map((unit) => ({ ...province, ma_xa: unit.maXa, ten_xa: unit.tenXa }));
  const beforeColumns = ['ma_tinh', 'ten_tinh', 'ma_huyen', 'ten_huyen', 'ma_xa', 'ten_xa'];
  const afterColumns = ['ma_tinh', 'ten_tinh', 'ma_xa', 'ten_xa'];
  return [
    {
      to: 'so_noi_vu/don_vi_hanh_chinh/2025-03',
      fileName: 'Danh mục ĐVHC trước sắp xếp.csv',
      bytes: csv(sheet({ headers: UNIT_HEADERS, columns: beforeColumns, variant: 0 }, before), {
        delimiter: ';',
        eol: '\r\n',
        quote: 'needed',
        bom: true,
        nfd: false,
      }),
      story: {
        vi: 'Danh mục đơn vị hành chính trước 01/07/2025, còn cấp huyện (trích).',
        en: 'The unit list before 01/07/2025, still with districts (an excerpt).',
      },
      expect: 'accepted',
    },
    {
      to: 'so_noi_vu/don_vi_hanh_chinh/2026-07',
      fileName: 'don-vi-hanh-chinh-2026-07.csv',
      bytes: csv(sheet({ headers: UNIT_HEADERS, columns: afterColumns, variant: 1 }, after), {
        delimiter: ',',
        eol: '\n',
        quote: 'needed',
        bom: false,
        nfd: false,
      }),
      story: {
        vi: 'Đủ 40 xã, phường của Huế sau sắp xếp; một số mã cũ nay mang tên khác.',
        en: 'All 40 communes of Huế after the reform; some old codes now bear another name.',
      },
      expect: 'accepted',
    },
  ];
}
