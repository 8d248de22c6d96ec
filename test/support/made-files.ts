// Small files of made-up departments.
import type { File } from './lake';

const PRICE_HEADER = 'Mã mặt hàng;Tên mặt hàng;Đơn vị tính;Giá;Loại giá;Mã chợ;Mã xã;Ngày';

/** A month of prices: one row for each price text, item codes HANG1, HANG2, … */
export function prices(
  texts: readonly string[],
  more: { readonly name?: string; readonly period?: string; readonly unit?: string } = {},
): File {
  const unit = more.unit ?? '20137';
  const rows = texts.map((text, i) => `HANG${i + 1};Mặt hàng thí dụ;kg;${text};ban_le;CHO-A;${unit};05/10/2026`);
  return {
    name: more.name ?? 'gia.csv',
    text: [PRICE_HEADER, ...rows, ''].join('\n'),
    to: 'so_cong_thuong/gia_thi_truong',
    period: more.period ?? '2026-10',
  };
}

/** A list of communes. */
export function units(codes: readonly string[], period = '2026-07'): File {
  const rows = codes.map((code) => `46,Thành phố Thí Dụ,${code},Xã Thí Dụ ${code}`);
  return {
    name: 'don_vi.csv',
    text: ['Mã tỉnh,Tên tỉnh,Mã xã,Tên xã', ...rows, ''].join('\r\n'),
    to: 'so_noi_vu/don_vi_hanh_chinh',
    period,
  };
}

/** Readings of one station, the first at 10:05 of 20/10/2026. */
export function readings(station: string, values: readonly string[], more: { readonly time?: string } = {}): File {
  const time = more.time ?? '20261020100500';
  const rows = values.map((value, i) => `${['pH', 'COD', 'TSS'][i]}\t${value}\t${i === 0 ? '-' : 'mg/L'}\t${time}\t00`);
  return {
    name: `TTH_CTYTHIDU_${station}_${time}.txt`,
    text: `${rows.join('\r\n')}\r\n`,
    to: 'so_nn_mt/so_lieu_quan_trac',
  };
}
