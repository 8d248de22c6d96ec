// The words departments write where the contract has a code; the code lists of schemas/codes know them as labels.

type Labels = Readonly<Record<string, string>>;

export const CHANNEL_LABELS: Labels = { '1': 'Trực tiếp', '2': 'Trực tuyến', '3': 'Bưu chính công ích' };

export const SERVICE_LEVEL_LABELS: Labels = {
  toan_trinh: 'Toàn trình',
  mot_phan: 'Một phần',
  khong_truc_tuyen: 'Không trực tuyến',
};

export const RETAIL_LABEL = 'Bán lẻ';

export const PRODUCT_GROUP_LABELS: Labels = {
  thuc_pham: 'Thực phẩm',
  do_uong: 'Đồ uống',
  thao_duoc: 'Dược liệu và sản phẩm từ dược liệu',
  vai_may_mac: 'Vải và may mặc',
  luu_niem_noi_that: 'Lưu niệm, nội thất, trang trí',
  dich_vu_du_lich: 'Dịch vụ du lịch cộng đồng',
};

export const HERITAGE_KIND_LABELS: Labels = {
  di_tich_lich_su: 'Di tích lịch sử',
  kien_truc_nghe_thuat: 'Di tích kiến trúc nghệ thuật',
  khao_co: 'Di tích khảo cổ',
  danh_lam_thang_canh: 'Danh lam thắng cảnh',
  phi_vat_the: 'Di sản văn hóa phi vật thể',
  di_san_tu_lieu: 'Di sản tư liệu',
  bao_vat: 'Bảo vật',
};

export const HERITAGE_RANK_LABELS: Labels = {
  kiem_ke: 'Đã kiểm kê, chưa xếp hạng',
  cap_tinh: 'Cấp tỉnh',
  quoc_gia: 'Quốc gia',
  quoc_gia_dac_biet: 'Quốc gia đặc biệt',
  the_gioi: 'Thế giới',
};

export const HERITAGE_STATE_LABELS: Labels = { tot: 'Tốt', xuong_cap: 'Xuống cấp', nguy_cap: 'Nguy cấp' };

/** By code list, for whoever checks that the lists know every label. */
export const LABELS: Readonly<Record<string, Labels>> = {
  kenh_tiep_nhan: CHANNEL_LABELS,
  muc_do_dvc: SERVICE_LEVEL_LABELS,
  loai_gia: { ban_le: RETAIL_LABEL },
  nhom_san_pham: PRODUCT_GROUP_LABELS,
  loai_di_san: HERITAGE_KIND_LABELS,
  cap_xep_hang: HERITAGE_RANK_LABELS,
  tinh_trang_di_san: HERITAGE_STATE_LABELS,
};

/** The label of a code, or the code itself where it has none. */
export const labelled = (labels: Labels, code: string): string => labels[code] ?? code;
