// Extract of the Department of Agriculture and Environment: OCOP products, with bar codes, certificates and shop links.
import { madeUpGtin, madeUpTaxCode } from './check-digit';
import type { Cells, Extract } from './extract';
import { OCOP_HEADERS } from './headers';
import { COMMUNES_AFTER } from './hue-units';
import { labelled, PRODUCT_GROUP_LABELS } from './labels';
import { addMonths, at, DAY, vnDate } from './moment';
import type { Rng } from './rng';
import { spoil } from './spoil';
import { csv, padded, sheet, withTitles } from './write';

const GOODS = [
  ['thao_duoc', 'Tinh dầu tràm'],
  ['thuc_pham', 'Mè xửng'],
  ['thuc_pham', 'Mắm tôm chua'],
  ['thuc_pham', 'Bánh lọc lá'],
  ['do_uong', 'Trà cung đình'],
  ['do_uong', 'Rượu làng nghề'],
  ['luu_niem_noi_that', 'Nón bài thơ'],
  ['luu_niem_noi_that', 'Đan lát mây tre'],
  ['vai_may_mac', 'Dệt zèng'],
  ['dich_vu_du_lich', 'Tham quan đầm phá'],
] as const;

const SHOPS = ['voso', 'buudien', 'shopee', 'lazada', 'tiktok'];

const PRODUCTS = 60;
const LAST_RECOGNITION = at(2026, 9, 15);

export function ocopExtract(rng: Rng): Extract {
  const products = Array.from({ length: PRODUCTS }, (_, index) => product(rng, index + 1));
  const faulty = spoil(products, [
    { near: 0.3, fits: (row) => row.gtin !== '', change: ({ gtin = '' }) => ({ gtin: wrongDigit(gtin) }) },
    { near: 0.7, fits: (row) => row.gtin !== '', change: ({ gtin = '' }) => ({ gtin: wrongDigit(gtin) }) },
  ]);
  const titles = ['SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG', 'DANH SÁCH SẢN PHẨM OCOP TÍNH ĐẾN THÁNG 10/2026'];
  const layout = { headers: OCOP_HEADERS, columns: Object.keys(OCOP_HEADERS), variant: 0, numbered: 'TT' };
  return {
    to: 'so_nn_mt/san_pham_ocop/2026-10',
    fileName: 'Danh sách OCOP T10-2026.csv',
    bytes: csv(withTitles(titles, sheet(layout, faulty)), {
      delimiter: ';',
      eol: '\r\n',
      quote: 'needed',
      bom: true,
      nfd: false,
    }),
    story: {
      vi: 'Danh sách OCOP có hai dòng tiêu đề phía trên, cột TT, và hai mã vạch sai số kiểm tra.',
      en: 'The OCOP list with two title rows above the header, a number column, and two bar codes with a wrong check digit.',
    },
    expect: 'partial',
  };
}

function product(rng: Rng, nth: number): Cells {
  const [group, good] = rng.pick(GOODS);
  const recognised = LAST_RECOGNITION - rng.int(0, 32 * 30) * DAY;
  const isListed = rng.chance(0.7);
  const isTraced = rng.chance(isListed ? 0.82 : 0.4);
  const shop = (): string => `https://${rng.pick(SHOPS)}.example.vn/ocop-46-${padded(nth, 4)}`;
  return {
    ma_san_pham: `OCOP-46-${padded(nth, 4)}`,
    ten_san_pham: `${good} Mẫu ${padded(nth, 2)}`,
    ten_chu_the: nth % 7 === 0 ? `HTX Thử Nghiệm ${nth};\nthôn Mẫu` : `HTX Thử Nghiệm ${nth}`,
    ma_so_thue: nth % 9 === 0 ? '' : madeUpTaxCode(30_000 + nth),
    hang_sao: rng.pick(['3', '3', '3', '4', '4', '5']),
    so_quyet_dinh: `${100 + nth}/QĐ-UBND`,
    ngay_cong_nhan: vnDate(recognised),
    ngay_het_han: vnDate(addMonths(recognised, 36)),
    nhom_san_pham: labelled(PRODUCT_GROUP_LABELS, group),
    gtin: group === 'dich_vu_du_lich' ? '' : madeUpGtin(nth),
    ma_truy_xuat: isTraced ? `TX46-${padded(nth, 4)}` : '',
    duong_dan_tmdt: isListed ? [shop(), ...(rng.chance(0.3) ? [shop()] : [])].join(' | ') : '',
    ma_xa: rng.pick(COMMUNES_AFTER).maXa,
  };
}

const wrongDigit = (gtin: string): string => `${gtin.slice(0, -1)}${(Number(gtin.slice(-1)) + 1) % 10}`;
