// Extract of the Department of Culture and Sports: heritage items, ranked and digitised to different degrees. Names are made up.
import type { Cells, Extract } from './extract';
import { HERITAGE_HEADERS } from './headers';
import { COMMUNES_AFTER } from './hue-units';
import { HERITAGE_KIND_LABELS, HERITAGE_RANK_LABELS, HERITAGE_STATE_LABELS, labelled } from './labels';
import { at, DAY, vnDate } from './moment';
import type { Rng } from './rng';
import { spoil } from './spoil';
import { csv, padded, sheet, vnNumber } from './write';

const KINDS = [
  ['di_tich_lich_su', 'Đình làng Mẫu'],
  ['di_tich_lich_su', 'Nhà lưu niệm Mẫu'],
  ['kien_truc_nghe_thuat', 'Chùa Mẫu'],
  ['kien_truc_nghe_thuat', 'Phủ đệ Mẫu'],
  ['khao_co', 'Phế tích tháp Mẫu'],
  ['danh_lam_thang_canh', 'Thác Mẫu'],
  ['phi_vat_the', 'Lễ hội cầu ngư Mẫu'],
  ['di_san_tu_lieu', 'Châu bản Mẫu'],
  ['bao_vat', 'Hiện vật Mẫu'],
] as const;

const RANKS = [
  { code: 'kiem_ke', weight: 14, digitised: 0.45 },
  { code: 'cap_tinh', weight: 40, digitised: 0.78 },
  { code: 'quoc_gia', weight: 36, digitised: 0.9 },
  { code: 'quoc_gia_dac_biet', weight: 6, digitised: 1 },
  { code: 'the_gioi', weight: 4, digitised: 1 },
] as const;

const STATES = [
  { code: 'tot', weight: 70 },
  { code: 'xuong_cap', weight: 24 },
  { code: 'nguy_cap', weight: 6 },
] as const;

const ITEMS = 80;

export function heritageExtract(rng: Rng): Extract {
  const items = Array.from({ length: ITEMS }, (_, index) => item(rng, index + 1));
  const faulty = spoil(items, [
    { near: 0.1, change: { ma_xa: '17950' } },
    { near: 0.3, change: { ma_xa: '3646' } },
    { near: 0.5, change: { muc_so_hoa: '5' } },
    { near: 0.8, change: { ten: '' } },
  ]);
  const layout = { headers: HERITAGE_HEADERS, columns: Object.keys(HERITAGE_HEADERS), variant: 0 };
  return {
    to: 'so_vh_tt/di_san_di_tich/2026-10',
    fileName: 'Di sản - di tích (10-2026).csv',
    bytes: csv(sheet(layout, faulty), { delimiter: ',', eol: '\r\n', quote: 'needed', bom: true, nfd: true }),
    story: {
      vi: 'Danh mục di sản: dấu phẩy vừa tách cột vừa là dấu thập phân trong ngoặc kép, Unicode tổ hợp, ba dòng sai, một mã xã lạ.',
      en: 'The heritage list: commas between cells and, quoted, as decimal marks; decomposed Unicode; three wrong rows, one unknown commune.',
    },
    expect: 'partial',
  };
}

function item(rng: Rng, nth: number): Cells {
  const [kind, name] = rng.pick(KINDS);
  const rank = rng.weighted(RANKS, ({ weight }) => weight);
  const commune = rng.pick(COMMUNES_AFTER);
  const isDigitised = rng.chance(rank.digitised);
  const isRanked = rank.code !== 'kiem_ke';
  const code = `DT-46-${padded(nth, 3)}`;
  const level = isDigitised ? rng.int(2, 3) : rng.int(0, 1);
  const files = level === 0 ? 0 : rng.int(1, 40) * level ** 3;
  return {
    ma_di_san: code,
    ten: `${name} ${padded(nth, 2)}, ${commune.tenXa}`,
    loai: labelled(HERITAGE_KIND_LABELS, kind),
    cap_xep_hang: labelled(HERITAGE_RANK_LABELS, rank.code),
    so_quyet_dinh: isRanked ? `${1000 + nth}/QĐ-${rank.code === 'cap_tinh' ? 'UBND' : 'BVHTT'}` : '',
    ngay_xep_hang: isRanked ? vnDate(at(1995, 1, 2) + rng.int(0, 10_500) * DAY) : '',
    ma_xa: commune.maXa,
    lat: vnNumber(commune.lat + (rng.next() - 0.5) * 0.01, 4),
    lon: vnNumber(commune.lon + (rng.next() - 0.5) * 0.01, 4),
    muc_so_hoa: String(level),
    so_tep_so: vnNumber(files),
    duong_dan_cong_khai: isDigitised && rng.chance(0.95) ? `https://disan.example.vn/${code.toLowerCase()}` : '',
    tinh_trang: labelled(HERITAGE_STATE_LABELS, rng.weighted(STATES, ({ weight }) => weight).code),
  };
}
