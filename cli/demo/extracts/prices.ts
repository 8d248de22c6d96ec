// Extracts of the Department of Industry and Trade: daily prices at four markets, October first wrong and then corrected.
import type { Cells, Extract } from './extract';
import { PRICE_HEADERS } from './headers';
import { RETAIL_LABEL } from './labels';
import { at, DAY, vnDate } from './moment';
import { makeRng, type Rng } from './rng';
import { type Fault, spoil } from './spoil';
import { type CsvStyle, csv, sheet, vnNumber } from './write';

interface Item {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  /** Đồng a unit at the start of September. */
  readonly price: number;
  /** Prices are quoted in this step. */
  readonly step: number;
  /** From that day of October the price is that much higher: the floods of the story. */
  readonly jump?: { readonly day: number; readonly share: number };
}

const ITEMS: readonly Item[] = [
  { code: 'GAO01', name: 'Gạo Khang Dân', unit: 'kg', price: 17_500, step: 100 },
  { code: 'GAO02', name: 'Gạo thơm', unit: 'kg', price: 22_000, step: 100 },
  { code: 'NEP01', name: 'Nếp cái', unit: 'kg', price: 29_000, step: 100 },
  { code: 'LON01', name: 'Thịt lợn ba chỉ', unit: 'kg', price: 128_000, step: 500, jump: { day: 13, share: 0.14 } },
  { code: 'LON02', name: 'Thịt lợn mông', unit: 'kg', price: 112_000, step: 500 },
  { code: 'BO01', name: 'Thịt bò thăn', unit: 'kg', price: 265_000, step: 1000 },
  { code: 'GA01', name: 'Gà ta làm sẵn', unit: 'kg', price: 135_000, step: 500 },
  { code: 'TRU01', name: 'Trứng vịt', unit: 'chục', price: 38_000, step: 200 },
  { code: 'CA01', name: 'Cá nục', unit: 'kg', price: 72_000, step: 500 },
  { code: 'TOM01', name: 'Tôm sú', unit: 'kg', price: 285_000, step: 1000 },
  { code: 'RAU01', name: 'Rau muống', unit: 'kg', price: 18_000, step: 100, jump: { day: 12, share: 0.32 } },
  { code: 'RAU02', name: 'Cải xanh', unit: 'kg', price: 21_000, step: 100, jump: { day: 26, share: 0.24 } },
  { code: 'CAC01', name: 'Cà chua', unit: 'kg', price: 24_000, step: 100, jump: { day: 27, share: 0.18 } },
  { code: 'HAN01', name: 'Hành tím', unit: 'kg', price: 46_000, step: 200 },
  { code: 'DAU01', name: 'Dầu ăn', unit: 'lít', price: 52_000, step: 200 },
  { code: 'DUO01', name: 'Đường trắng', unit: 'kg', price: 24_500, step: 100 },
  { code: 'MUO01', name: 'Muối hạt', unit: 'kg', price: 7_000, step: 50 },
  { code: 'SUA01', name: 'Sữa tươi', unit: 'lít', price: 33_500, step: 100 },
  { code: 'XAN01', name: 'Xăng E5 RON92', unit: 'lít', price: 19_850, step: 10 },
  { code: 'GAS01', name: 'Gas bình 12 kg', unit: 'bình', price: 415_000, step: 1000 },
];

const MARKETS = [
  { code: 'CHO-DONGBA', maXa: '19753', factor: 1.02 },
  { code: 'CHO-ANCUU', maXa: '19815', factor: 1 },
  { code: 'CHO-PHUBAI', maXa: '19960', factor: 0.98 },
  { code: 'CHO-KHETRE', maXa: '20161', factor: 1.05 },
] as const;

const OCTOBER = at(2026, 10, 1);

/** Prices of one month, every item at every market on every day. */
function month(rng: Rng, first: number, days: number, kind: string): Cells[] {
  return Array.from({ length: days }, (_, day) => first + day * DAY).flatMap((date) =>
    ITEMS.flatMap((item) =>
      MARKETS.map((market) => ({
        ma_mat_hang: item.code,
        ten_mat_hang: item.name,
        don_vi_tinh: item.unit,
        gia: vnNumber(price(rng, item, market.factor, date)),
        loai_gia: kind,
        ma_cho: market.code,
        ma_xa: market.maXa,
        ngay: vnDate(date),
      })),
    ),
  );
}

function price(rng: Rng, item: Item, factor: number, date: number): number {
  const jumped = item.jump !== undefined && date >= OCTOBER + (item.jump.day - 1) * DAY ? 1 + item.jump.share : 1;
  const trend = 1 + (0.012 * (date - at(2026, 9, 1))) / (30 * DAY);
  const noise = 1 + (rng.next() - 0.5) * 0.024;
  return Math.round((item.price * factor * trend * jumped * noise) / item.step) * item.step;
}

const FAULTS: readonly Fault[] = [
  { near: 0.03, change: { gia: '18.5OO' } },
  { near: 0.12, change: { gia: '0' } },
  { near: 0.2, change: { ngay: '32/10/2026' } },
  { near: 0.31, change: { gia: 'liên hệ' } },
  { near: 0.4, twice: true, change: { gia: '99.000' } },
  { near: 0.52, twice: true, change: {} },
  { near: 0.61, change: { ten_mat_hang: '' } },
  { near: 0.74, change: { ma_xa: '3646' } },
  { near: 0.83, change: { ma_cho: '' } },
  { near: 0.95, change: { ngay: '2026/10' } },
];

export function priceExtracts(rng: Rng): readonly Extract[] {
  // The faults must sit on the very rows that the second sending corrects, hence one drawing for both.
  const october = month(makeRng(rng.int(1, 1_000_000)), OCTOBER, 31, 'ban_le');
  const style: CsvStyle = { delimiter: ';', eol: '\n', quote: 'needed', bom: false, nfd: false };
  const bytes = (rows: readonly Cells[], variant: number, blankEvery: number): Uint8Array => {
    const written = sheet({ headers: PRICE_HEADERS, columns: Object.keys(PRICE_HEADERS), variant }, rows);
    return csv(
      written.flatMap((row, index) => (blankEvery > 0 && index > 0 && index % blankEvery === 0 ? [row, []] : [row])),
      style,
    );
  };
  const octoberSlot = { to: 'so_cong_thuong/gia_thi_truong/2026-10', fileName: 'GIA_THI_TRUONG_T10.csv' };
  return [
    {
      to: 'so_cong_thuong/gia_thi_truong/2026-09',
      fileName: 'GIA_THI_TRUONG_T9.csv',
      bytes: bytes(month(rng, at(2026, 9, 1), 30, RETAIL_LABEL), 0, 560),
      story: {
        vi: 'Giá tháng 9/2026: 20 mặt hàng, 4 chợ, dấu chấm hàng nghìn, xen dòng trống.',
        en: 'Prices of September 2026: 20 items, 4 markets, dots for thousands, blank lines in between.',
      },
      expect: 'accepted',
    },
    {
      ...octoberSlot,
      bytes: bytes(spoil(october, FAULTS), 1, 0),
      story: {
        vi: 'Giá tháng 10/2026, bản đầu: giá lẫn chữ, ngày 32/10, hai giá cho một khóa.',
        en: 'Prices of October 2026, first sending: letters in prices, 32 October, two prices for one key.',
      },
      expect: 'partial',
    },
    {
      ...octoberSlot,
      bytes: bytes(october, 1, 0),
      story: {
        vi: 'Giá tháng 10/2026 gửi lại sau khi sửa: thay trọn bản đầu trong một lần.',
        en: 'Prices of October 2026 sent again, corrected: they replace the first sending in one step.',
      },
      expect: 'accepted',
    },
  ];
}
