// Each row rule of each contract, run in DuckDB on made-up rows: the good row breaks nothing, each bad cell breaks its rule.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Contract } from '../../../lake/contract/contract';
import { parseContract } from '../../../lake/contract/parse';
import { duckdbType } from '../../../lake/contract/types';
import { codeLists, contractFiles } from './load';

type Row = Readonly<Record<string, string | null>>;
interface Case {
  readonly good: Row;
  /** By rule: cells that break it, and no other rule. */
  readonly bad: Readonly<Record<string, readonly Row[]>>;
  /** Cells that look odd and are right. */
  readonly alsoGood?: readonly Row[];
}

const CASES: Readonly<Record<string, Case>> = {
  'so_noi_vu/don_vi_hanh_chinh': {
    good: { ma_tinh: '99', ten_tinh: 'Tỉnh Bịa', ma_xa: '00999', ten_xa: 'xã Thí Dụ' },
    bad: { HUYEN_DU_CAP: [{ ma_huyen: '999' }, { ten_huyen: 'Huyện Bịa' }] },
    alsoGood: [{ ma_huyen: '999', ten_huyen: 'Huyện Bịa' }],
  },
  'so_noi_vu/co_quan': {
    good: { ma_co_quan: 'H99.01', ten_co_quan: 'Sở Bịa', cap: 'so', phai_bao_cao: 'true', hieu_luc_tu: '2025-07-01' },
    bad: {
      HIEU_LUC: [{ hieu_luc_den: '2025-06-30' }],
      CAP_TREN_KHAC_MINH: [{ ma_co_quan_cha: 'H99.01' }],
      CAP_XA_CO_MA_XA: [{ cap: 'xa' }],
    },
    alsoGood: [{ hieu_luc_den: '2025-07-01' }, { cap: 'xa', ma_xa: '99999' }, { ma_co_quan_cha: 'H99' }],
  },
  'van_phong_ubnd/ho_so_tthc': {
    good: {
      ma_ho_so: 'H99.01-20261102-0001234',
      ma_tthc: '9.000001',
      ten_tthc: 'Thủ tục bịa',
      ma_linh_vuc: 'LV',
      ten_linh_vuc: 'Lĩnh vực bịa',
      ma_don_vi_tiep_nhan: 'H99.01',
      don_vi_xu_ly: 'H99.01',
      loai_doi_tuong: '1',
      ma_xa: '99999',
      kenh_tiep_nhan: '2',
      muc_do_dvc: 'toan_trinh',
      ngay_nop: '2026-11-02 08:00:00',
      ngay_tiep_nhan: '2026-11-02 08:05:00',
      ngay_hen_tra: '2026-11-05 17:00:00',
      ngay_ket_thuc_xu_ly: '2026-11-04 15:20:00',
      ngay_tra: '2026-11-04 16:00:00',
      trang_thai: '10',
      co_so_hoa_thanh_phan: 'true',
      co_so_hoa_ket_qua: 'true',
      so_giay_to_phai_nop: '4',
      so_giay_to_tai_su_dung: '2',
    },
    bad: {
      Q2_NOP_TIEP_NHAN: [{ ngay_nop: '2026-11-02 08:05:01' }],
      Q2_KET_THUC: [{ ngay_ket_thuc_xu_ly: '2026-11-02 08:04:59' }],
      Q2_TRA: [
        { ngay_tra: '2026-11-04 15:19:59' },
        { trang_thai: '5', ngay_ket_thuc_xu_ly: null, ngay_tra: '2026-11-01 08:00:00' },
      ],
      Q3_XONG_CO_NGAY: [
        { trang_thai: '9', ngay_ket_thuc_xu_ly: null, ngay_tra: null },
        { trang_thai: '10', ngay_ket_thuc_xu_ly: null },
      ],
      Q3_TRA_CO_NGAY: [{ ngay_tra: null }],
      Q4_TAI_SU_DUNG: [{ so_giay_to_tai_su_dung: '5' }],
    },
    alsoGood: [
      { ma_ho_so: '000.00.15.H99-231120-0007', trang_thai: '5', ngay_ket_thuc_xu_ly: null, ngay_tra: null },
      { trang_thai: '9', ngay_tra: null },
      { ngay_nop: '2026-11-02 08:05:00', ngay_ket_thuc_xu_ly: '2026-11-02 08:05:00', ngay_tra: '2026-11-02 08:05:00' },
      { so_giay_to_phai_nop: '0', so_giay_to_tai_su_dung: '0' },
    ],
  },
  'so_nn_mt/san_pham_ocop': {
    good: {
      ma_san_pham: 'OCOP-99-0001',
      ten_san_pham: 'Mứt bịa',
      ten_chu_the: 'HTX Bịa',
      ma_so_thue: '0100233488',
      hang_sao: '4',
      so_quyet_dinh: '1/QĐ-BIA',
      ngay_cong_nhan: '2024-12-20',
      ngay_het_han: '2027-12-20',
      nhom_san_pham: 'thuc_pham',
      gtin: '8938501234568',
      ma_truy_xuat: 'TX99-0001',
      duong_dan_tmdt: 'https://san.example.vn/1 | https://cho.example.vn/1',
      ma_xa: '99999',
    },
    bad: {
      MST_SO_KIEM_TRA: [{ ma_so_thue: '0100233480' }, { ma_so_thue: '0100233480-001' }],
      GTIN_SO_KIEM_TRA: [{ gtin: '8938501234567' }],
      HET_HAN_36_THANG: [{ ngay_het_han: '2027-12-19' }, { ngay_het_han: '2026-12-20' }],
      BAN_MANG_CO_TRUY_XUAT: [{ ma_truy_xuat: null }],
    },
    alsoGood: [
      { ma_so_thue: '3301001235', gtin: null },
      { ma_so_thue: '0100233488-001' },
      { ma_so_thue: '046000000000' },
      { ma_so_thue: null },
      { ngay_cong_nhan: '2024-02-29', ngay_het_han: '2027-02-28' },
      { ma_truy_xuat: null, duong_dan_tmdt: null },
    ],
  },
  'so_cong_thuong/gia_thi_truong': {
    good: {
      ma_mat_hang: 'GAO99',
      ten_mat_hang: 'Gạo bịa',
      don_vi_tinh: 'kg',
      gia: '17500.00',
      loai_gia: 'ban_le',
      ma_cho: 'CHO-BIA',
      ma_xa: '99999',
      ngay: '2026-11-20',
    },
    bad: { GIA_DUONG: [{ gia: '0' }, { gia: '-17500' }] },
    alsoGood: [{ gia: '0.01' }],
  },
  'so_vh_tt/di_san_di_tich': {
    good: {
      ma_di_san: 'DT-99-001',
      ten: 'Đình bịa',
      loai: 'di_tich_lich_su',
      cap_xep_hang: 'cap_tinh',
      so_quyet_dinh: '1/QĐ-BIA',
      ma_xa: '99999',
      lat: '16.4',
      lon: '107.5',
      muc_so_hoa: '2',
      so_tep_so: '10',
      tinh_trang: 'tot',
    },
    bad: {
      TOA_DO_DU_CAP: [{ lat: null }, { lon: null }],
      XEP_HANG_CO_QUYET_DINH: [{ so_quyet_dinh: null }],
      SO_HOA_CO_TEP: [{ so_tep_so: '0' }],
    },
    alsoGood: [
      { lat: null, lon: null },
      { cap_xep_hang: 'kiem_ke', so_quyet_dinh: null },
      { muc_so_hoa: '1', so_tep_so: '0' },
    ],
  },
  'so_nn_mt/tram_quan_trac': {
    good: {
      ma_tram: 'NUO999',
      ten_co_so: 'Nhà máy Bịa',
      ma_so_thue: '3301001235',
      loai: 'nuoc_thai',
      ma_xa: '99999',
      lat: '16.4',
      lon: '107.5',
      quy_chuan: 'QCVN40_2011_B',
      he_so_kq: '0.9',
      he_so_kf: '1.0',
      thong_so_bat_buoc: 'Flow|pH|COD|PM2,5',
      chu_ky_phut: '5',
      tien_to_tep: 'BIA_NHAMAY_NUO999',
    },
    bad: {
      MST_SO_KIEM_TRA: [{ ma_so_thue: '3301001234' }],
      HE_SO_QCVN40_2011: [{ he_so_kq: null }, { he_so_kf: null }],
      TIEN_TO_CO_MA_TRAM: [{ tien_to_tep: 'BIA_NHAMAY_NUO998' }],
    },
    alsoGood: [
      { quy_chuan: 'giay_phep', he_so_kq: null, he_so_kf: null },
      { loai: 'khi_thai', he_so_kq: null },
    ],
  },
  'so_nn_mt/so_lieu_quan_trac': {
    good: {
      ma_tram: 'NUO999',
      ma_thong_so: 'pH',
      gia_tri: '7.21',
      don_vi: '-',
      thoi_diem: '2026-11-20 10:05:00',
      trang_thai_do: '00',
    },
    bad: {
      DANG_DO_CO_GIA_TRI: [{ gia_tri: null }],
      PH_0_14: [{ gia_tri: '14.0001' }, { gia_tri: '-0.1' }],
    },
    alsoGood: [
      { gia_tri: null, trang_thai_do: '02' },
      { gia_tri: '99', trang_thai_do: '01' },
      { gia_tri: '0' },
      { ma_thong_so: 'COD', gia_tri: '168.4', don_vi: 'mg/L' },
    ],
  },
};

const lists = codeLists();
const contracts = contractFiles().map(({ file, text }) => parseContract(text, file));
let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(() => connection.closeSync());

function casesOf(contract: Contract): Case {
  const found = CASES[contract.name];
  if (!found) throw new Error(`no rows for ${contract.name}`);
  return found;
}

/** Ids of the rules the row breaks, as the judging SQL asks: a NULL predicate is no violation. */
async function broken(contract: Contract, row: Row): Promise<readonly string[]> {
  const cells = contract.columns.map(({ name, type }) => {
    const cell = row[name] ?? null;
    return `cast(${cell === null ? 'null' : `'${cell.replaceAll("'", "''")}'`} as ${duckdbType(type)}) as ${name}`;
  });
  const verdicts = contract.rules.map((rule) => `coalesce(${rule.violation}, false) as "${rule.id}"`);
  const reader = await connection.runAndReadAll(`select ${verdicts.join(', ')} from (select ${cells.join(', ')})`);
  const verdict = reader.getRowObjectsJson()[0] ?? {};
  return Object.keys(verdict).filter((id) => verdict[id] === true);
}

describe.each(contracts.map((contract) => [contract.name, contract] as const))('the rules of %s', (_name, contract) => {
  const { good, bad, alsoGood = [] } = casesOf(contract);

  it('let right rows through', async () => {
    for (const row of [good, ...alsoGood.map((cells) => ({ ...good, ...cells }))])
      expect({ row, broken: await broken(contract, row) }).toEqual({ row, broken: [] });
  });

  it('each have a row that breaks them alone', async () => {
    expect(Object.keys(bad).sort()).toEqual(contract.rules.map((rule) => rule.id).sort());
    for (const [id, rows] of Object.entries(bad))
      for (const cells of rows) {
        const found = await broken(contract, { ...good, ...cells });
        expect({ cells, found }).toEqual({ cells, found: [id] });
      }
  });

  it('say nothing of a row without values', async () => {
    expect(await broken(contract, {})).toEqual([]);
  });

  it('have good rows that fit every pattern, range, code list and required cell', async () => {
    for (const { name, pattern, required, codeList, minimum, maximum } of contract.columns) {
      const cell = good[name] ?? null;
      if (cell === null) {
        expect({ name, required }).toEqual({ name, required: false });
        continue;
      }
      if (pattern !== undefined) {
        const reader = await connection.runAndReadAll('select regexp_full_match($1::varchar, $2::varchar)', [
          cell,
          pattern,
        ]);
        expect({ name, cell, fits: reader.getRows()[0]?.[0] }).toEqual({ name, cell, fits: true });
      }
      if (minimum !== undefined) expect(Number(cell)).toBeGreaterThanOrEqual(minimum);
      if (maximum !== undefined) expect(Number(cell)).toBeLessThanOrEqual(maximum);
      if (codeList?.kind === 'file') expect(lists.get(codeList.file)?.map((row) => row.ma)).toContain(cell);
    }
  });
});

describe('patterns of the dossier contract', () => {
  const pattern = contracts
    .find((contract) => contract.dataset === 'ho_so_tthc')
    ?.columns.find((column) => column.name === 'ma_ho_so')?.pattern;

  it.each([
    ['H57.19-20261102-0001234', true],
    ['G09.20-20260609-0092637', true],
    ['000.00.15.H57-231120-0007', true],
    ['H57.19-2026110-0001234', false],
    ['H57-19-20261102-0001234', false],
    ['H57.19-20261102-0001234 ', false],
  ])('judge the code %s: %s', async (code, fits) => {
    const reader = await connection.runAndReadAll('select regexp_full_match($1::varchar, $2::varchar)', [
      code,
      pattern ?? '',
    ]);
    expect(reader.getRows()[0]?.[0]).toBe(fits);
  });
});
