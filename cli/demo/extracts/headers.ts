// Every header spelling the made-up extracts use, by dataset and contract column: the aliases the contracts must know.
// A file takes one position of each list (the last where a list is shorter). Station files have no header.
import type { HeaderSpellings } from './write';

export const UNIT_HEADERS: HeaderSpellings = {
  ma_tinh: ['Mã tỉnh', 'ma_tinh'],
  ten_tinh: ['Tên tỉnh', 'ten_tinh'],
  ma_huyen: ['Mã huyện'],
  ten_huyen: ['Tên huyện'],
  ma_xa: ['Mã xã', 'ma_xa'],
  ten_xa: ['Tên xã', 'ten_xa'],
};

export const AGENCY_HEADERS: HeaderSpellings = {
  ma_co_quan: ['Mã định danh'],
  ten_co_quan: ['Tên cơ quan, đơn vị'],
  cap: ['Cấp'],
  ma_co_quan_cha: ['Mã cơ quan cấp trên'],
  ke_thua_tu: ['Kế thừa từ'],
  ma_xa: ['Mã xã'],
  phai_bao_cao: ['Phải báo cáo'],
  hieu_luc_tu: ['Hiệu lực từ ngày'],
  hieu_luc_den: ['Hiệu lực đến ngày'],
};

export const STATION_HEADERS: HeaderSpellings = {
  ma_tram: ['Mã trạm'],
  ten_co_so: ['Tên cơ sở'],
  ma_so_thue: ['MST'],
  loai: ['Loại trạm'],
  khu_cong_nghiep: ['Khu công nghiệp'],
  ma_xa: ['Mã xã/phường'],
  lat: ['Vĩ độ'],
  lon: ['Kinh độ'],
  quy_chuan: ['Quy chuẩn áp dụng'],
  he_so_kq: ['Hệ số Kq'],
  he_so_kf: ['Kf'],
  luu_luong_cap_phep: ['Lưu lượng theo giấy phép'],
  thong_so_bat_buoc: ['Thông số bắt buộc'],
  chu_ky_phut: ['Chu kỳ (phút)'],
  tien_to_tep: ['Tiền tố tên tệp'],
  ngay_hieu_chuan: ['Ngày hiệu chuẩn gần nhất'],
};

export const DOSSIER_HEADERS: HeaderSpellings = {
  ma_ho_so: ['Mã hồ sơ', 'Số hồ sơ', 'MÃ HỒ SƠ'],
  ma_tthc: ['Mã TTHC', 'Mã thủ tục', 'MÃ TTHC'],
  ten_tthc: ['Tên TTHC', 'Tên thủ tục hành chính', 'TÊN TTHC'],
  ma_linh_vuc: ['Mã lĩnh vực', 'Mã lĩnh vực', 'MÃ LĨNH VỰC'],
  ten_linh_vuc: ['Lĩnh vực', 'Tên lĩnh vực', 'LĨNH VỰC'],
  ma_don_vi_tiep_nhan: ['Mã đơn vị tiếp nhận', 'Đơn vị tiếp nhận', 'MÃ ĐƠN VỊ TIẾP NHẬN'],
  don_vi_xu_ly: ['Đơn vị xử lý', 'Đơn vị giải quyết', 'ĐƠN VỊ XỬ LÝ'],
  loai_doi_tuong: ['Loại đối tượng', 'Đối tượng', 'LOẠI ĐỐI TƯỢNG'],
  chu_ho_so: ['Chủ hồ sơ', 'Họ tên chủ hồ sơ', 'CHỦ HỒ SƠ'],
  so_dinh_danh_chu_ho_so: ['Số định danh', 'CCCD/MST', 'SỐ ĐỊNH DANH'],
  so_dien_thoai: ['Số điện thoại', 'Điện thoại', 'SỐ ĐIỆN THOẠI'],
  email: ['Email', 'Thư điện tử', 'EMAIL'],
  dia_chi: ['Địa chỉ', 'Địa chỉ liên hệ', 'ĐỊA CHỈ'],
  ma_xa: ['Mã xã', 'Mã phường/xã', 'MÃ XÃ'],
  kenh_tiep_nhan: ['Kênh tiếp nhận', 'Hình thức nộp', 'KÊNH TIẾP NHẬN'],
  muc_do_dvc: ['Mức độ DVC', 'Mức độ dịch vụ công', 'MỨC ĐỘ DVC'],
  ngay_nop: ['Ngày nộp', 'Ngày nộp hồ sơ', 'NGÀY NỘP'],
  ngay_tiep_nhan: ['Ngày tiếp nhận', 'Ngày nhận', 'NGÀY TIẾP NHẬN'],
  ngay_hen_tra: ['Ngày hẹn trả', 'Ngày hẹn trả kết quả', 'NGÀY HẸN TRẢ'],
  ngay_ket_thuc_xu_ly: ['Ngày kết thúc xử lý', 'Ngày xử lý xong', 'NGÀY KẾT THÚC XỬ LÝ'],
  ngay_tra: ['Ngày trả', 'Ngày trả kết quả', 'NGÀY TRẢ'],
  trang_thai: ['Trạng thái', 'Tình trạng hồ sơ', 'TRẠNG THÁI'],
  co_so_hoa_thanh_phan: ['Số hóa thành phần', 'Đã số hóa thành phần', 'SỐ HÓA THÀNH PHẦN'],
  co_so_hoa_ket_qua: ['Số hóa kết quả', 'Đã số hóa kết quả', 'SỐ HÓA KẾT QUẢ'],
  so_giay_to_phai_nop: ['Số giấy tờ phải nộp', 'Giấy tờ phải nộp', 'SỐ GIẤY TỜ PHẢI NỘP'],
  so_giay_to_tai_su_dung: ['Số giấy tờ tái sử dụng', 'Giấy tờ tái sử dụng', 'SỐ GIẤY TỜ TÁI SỬ DỤNG'],
  ma_ket_qua_giay_to: ['Mã kết quả', 'Mã giấy tờ kết quả', 'MÃ KẾT QUẢ'],
  phi_le_phi: ['Phí, lệ phí', 'Lệ phí', 'PHÍ, LỆ PHÍ'],
  da_thanh_toan_truc_tuyen: ['Thanh toán trực tuyến', 'Đã thanh toán trực tuyến', 'THANH TOÁN TRỰC TUYẾN'],
  muc_hai_long: ['Mức hài lòng', 'Đánh giá', 'MỨC HÀI LÒNG'],
};

export const OCOP_HEADERS: HeaderSpellings = {
  ma_san_pham: ['Mã sản phẩm'],
  ten_san_pham: ['Tên sản phẩm'],
  ten_chu_the: ['Chủ thể'],
  ma_so_thue: ['Mã số thuế'],
  hang_sao: ['Hạng sao'],
  so_quyet_dinh: ['Số quyết định'],
  ngay_cong_nhan: ['Ngày công nhận'],
  ngay_het_han: ['Ngày hết hạn'],
  nhom_san_pham: ['Nhóm sản phẩm'],
  gtin: ['Mã vạch'],
  ma_truy_xuat: ['Mã truy xuất nguồn gốc'],
  duong_dan_tmdt: ['Đường dẫn TMĐT'],
  ma_xa: ['Mã xã, phường'],
};

export const PRICE_HEADERS: HeaderSpellings = {
  ma_mat_hang: ['Mã mặt hàng', 'Mã hàng'],
  ten_mat_hang: ['Tên mặt hàng', 'Mặt hàng'],
  don_vi_tinh: ['Đơn vị tính', 'ĐVT'],
  gia: ['Giá (đồng)', 'Giá'],
  loai_gia: ['Loại giá'],
  ma_cho: ['Mã chợ', 'Điểm thu thập'],
  ma_xa: ['Mã xã'],
  ngay: ['Ngày', 'Ngày khảo sát'],
};

export const HERITAGE_HEADERS: HeaderSpellings = {
  ma_di_san: ['Mã di sản'],
  ten: ['Tên di sản, di tích'],
  loai: ['Loại hình'],
  cap_xep_hang: ['Cấp xếp hạng'],
  so_quyet_dinh: ['Quyết định xếp hạng'],
  ngay_xep_hang: ['Ngày xếp hạng'],
  ma_xa: ['Mã xã/phường'],
  lat: ['Vĩ độ'],
  lon: ['Kinh độ'],
  muc_so_hoa: ['Mức số hóa'],
  so_tep_so: ['Số tệp số'],
  duong_dan_cong_khai: ['Đường dẫn công khai'],
  tinh_trang: ['Tình trạng'],
};

/** By dataset, for whoever checks that the contracts know every spelling. */
export const HEADERS: Readonly<Record<string, HeaderSpellings>> = {
  'so_noi_vu/don_vi_hanh_chinh': UNIT_HEADERS,
  'so_noi_vu/co_quan': AGENCY_HEADERS,
  'so_nn_mt/tram_quan_trac': STATION_HEADERS,
  'van_phong_ubnd/ho_so_tthc': DOSSIER_HEADERS,
  'so_nn_mt/san_pham_ocop': OCOP_HEADERS,
  'so_cong_thuong/gia_thi_truong': PRICE_HEADERS,
  'so_vh_tt/di_san_di_tich': HERITAGE_HEADERS,
};
