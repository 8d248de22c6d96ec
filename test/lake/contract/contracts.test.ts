import { lintContract } from '../../../lake/contract/lint';
import { parseContract } from '../../../lake/contract/parse';
import { icebergType, tableDefinition } from '../../../lake/contract/types';
import { codeLists, contractFiles } from './load';

const files = contractFiles();
const lists = codeLists();
const contracts = new Map(files.map(({ file, text }) => [file.replace('.odcs.yaml', ''), parseContract(text, file)]));

function contract(name: string) {
  const found = contracts.get(name);
  if (!found) throw new Error(`no contract ${name}`);
  return found;
}

/** Exact names and order: SQL and sample data are written against them. `?` marks a nullable column, `*` a key column. */
const COLUMNS: Readonly<Record<string, string>> = {
  'so_cong_thuong/gia_thi_truong': 'ma_mat_hang* ten_mat_hang don_vi_tinh gia loai_gia* ma_cho* ma_xa ngay*',
  'so_nn_mt/san_pham_ocop':
    'ma_san_pham* ten_san_pham ten_chu_the ma_so_thue? hang_sao so_quyet_dinh ngay_cong_nhan ngay_het_han nhom_san_pham gtin? ma_truy_xuat? duong_dan_tmdt? ma_xa',
  'so_nn_mt/so_lieu_quan_trac': 'ma_tram* ma_thong_so* gia_tri? don_vi thoi_diem* trang_thai_do',
  'so_nn_mt/tram_quan_trac':
    'ma_tram* ten_co_so ma_so_thue? loai khu_cong_nghiep? ma_xa lat lon quy_chuan he_so_kq? he_so_kf? luu_luong_cap_phep? thong_so_bat_buoc chu_ky_phut tien_to_tep ngay_hieu_chuan?',
  'so_noi_vu/co_quan':
    'ma_co_quan* ten_co_quan cap ma_co_quan_cha? ke_thua_tu? ma_xa? phai_bao_cao hieu_luc_tu hieu_luc_den?',
  'so_noi_vu/don_vi_hanh_chinh': 'ma_tinh ten_tinh ma_huyen? ten_huyen? ma_xa* ten_xa',
  'so_vh_tt/di_san_di_tich':
    'ma_di_san* ten loai cap_xep_hang so_quyet_dinh? ngay_xep_hang? ma_xa lat? lon? muc_so_hoa so_tep_so duong_dan_cong_khai? tinh_trang',
  'van_phong_ubnd/ho_so_tthc':
    'ma_ho_so* ma_tthc ten_tthc ma_linh_vuc ten_linh_vuc ma_don_vi_tiep_nhan don_vi_xu_ly loai_doi_tuong chu_ho_so? so_dinh_danh_chu_ho_so? so_dien_thoai? email? dia_chi? ma_xa kenh_tiep_nhan muc_do_dvc ngay_nop ngay_tiep_nhan ngay_hen_tra ngay_ket_thuc_xu_ly? ngay_tra? trang_thai co_so_hoa_thanh_phan co_so_hoa_ket_qua so_giay_to_phai_nop so_giay_to_tai_su_dung ma_ket_qua_giay_to? phi_le_phi? da_thanh_toan_truc_tuyen? muc_hai_long?',
};

describe('the published contracts', () => {
  it.each(files.map(({ file, text }) => [file, text]))('%s lints clean', (file, text) => {
    expect(lintContract(text, file, { codeLists: lists })).toEqual([]);
  });

  it('have exactly the agreed columns, in order, with their keys and nullable marks', () => {
    const actual = Object.fromEntries(
      [...contracts].map(([name, { columns }]) => [
        name,
        columns.map((c) => `${c.name}${c.keyPosition > 0 ? '*' : ''}${c.required ? '' : '?'}`).join(' '),
      ]),
    );
    expect(actual).toEqual(COLUMNS);
  });

  it('number their fields from 11 without gaps', () => {
    for (const { columns } of contracts.values())
      expect(columns.map((column) => column.fieldId)).toEqual(columns.map((_, i) => i + 11));
  });

  it('are written in Vietnamese with diacritics', () => {
    for (const { columns, title, description } of contracts.values())
      for (const text of [title, description, ...columns.map((column) => column.description)])
        expect(text.normalize('NFD')).toMatch(/\p{M}|đ/u);
  });

  it('order the keys of prices as item, market, day, kind of price', () => {
    const key = contract('so_cong_thuong/gia_thi_truong').columns.filter((c) => c.keyPosition > 0);
    expect(key.sort((a, b) => a.keyPosition - b.keyPosition).map((c) => c.name)).toEqual([
      'ma_mat_hang',
      'ma_cho',
      'ngay',
      'loai_gia',
    ]);
  });

  it('judge the commune of a dossier by the edition valid on the day it was received', () => {
    const commune = contract('van_phong_ubnd/ho_so_tthc').columns.find((c) => c.name === 'ma_xa');
    expect(commune?.codeList).toEqual({
      kind: 'table',
      table: 'don_vi_hanh_chinh',
      column: 'ma_xa',
      validAt: 'ngay_tiep_nhan',
      editions: 'ky_don_vi_hanh_chinh',
      severity: 'error',
    });
  });

  it('let no wrong row through in the list of administrative units, and reject no name by its form', () => {
    const { intake, columns } = contract('so_noi_vu/don_vi_hanh_chinh');
    expect(intake.maxRejectedShare).toBe(0);
    expect(columns.filter((c) => c.name.startsWith('ten_')).map((c) => c.pattern)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keep a unit of "-" in station files from being read as an empty cell', () => {
    expect(contract('so_nn_mt/so_lieu_quan_trac').intake).toMatchObject({
      formats: ['station'],
      nullTokens: [],
      decimalStyle: 'either',
      timestampPatterns: ['%Y%m%d%H%M%S'],
      maxRejectedShare: 0.5,
      minRows: 1,
    });
  });

  it('mark the five cells of a dossier that name a person, and hide each of them', () => {
    const marked = contract('van_phong_ubnd/ho_so_tthc').columns.filter((c) => c.personal === 'basic');
    expect(marked.map((c) => [c.name, c.mask])).toEqual([
      ['chu_ho_so', 'all'],
      ['so_dinh_danh_chu_ho_so', 'middle'],
      ['so_dien_thoai', 'middle'],
      ['email', 'middle'],
      ['dia_chi', 'all'],
    ]);
  });
});

describe('tableDefinition', () => {
  const table = tableDefinition(contract('van_phong_ubnd/ho_so_tthc'));

  it('puts the lineage columns first and partitions by period', () => {
    expect(table.name).toBe('ho_so_tthc');
    expect(table.fields.slice(0, 6).map((f) => `${f.id} ${f.name} ${f.type}`)).toEqual([
      '1 _submission string',
      '2 _version string',
      '3 _row long',
      '4 _loaded_at timestamp',
      '5 ky_du_lieu string',
      '11 ma_ho_so string',
    ]);
    expect(table.partitionBy).toBe(5);
  });

  it('keeps no bounds of columns that say something about a person', () => {
    const bounded = table.fields.filter((f) => table.boundedFields.includes(f.id)).map((f) => f.name);
    expect(bounded).toContain('ngay_tiep_nhan');
    expect(bounded).toContain('phi_le_phi');
    for (const name of [
      'ma_ho_so',
      'chu_ho_so',
      'so_dinh_danh_chu_ho_so',
      'so_dien_thoai',
      'email',
      'dia_chi',
      '_loaded_at',
    ])
      expect(bounded).not.toContain(name);
  });

  it('names types as Iceberg does and says the unit in the comment', () => {
    const fee = table.fields.find((f) => f.name === 'phi_le_phi');
    expect(fee?.type).toBe('decimal(18,2)');
    expect(fee?.doc).toBe('Phí, lệ phí (đồng): Tổng phí và lệ phí của hồ sơ.');
    expect(icebergType({ kind: 'integer' })).toBe('int');
  });
});
