// Administrative procedures of the demo. Codes (d.9xxxxx) and fields are made up; names are of the usual kind.

export interface Procedure {
  readonly agency: string;
  readonly code: string;
  readonly name: string;
  readonly fieldCode: string;
  readonly field: string;
  /** Working days the procedure may take. */
  readonly days: number;
  /** Papers an applicant has to bring. */
  readonly papers: number;
  /** Fee in đồng; 0 is free. */
  readonly fee: number;
  readonly level: 'toan_trinh' | 'mot_phan' | 'khong_truc_tuyen';
}

type Row = readonly [code: string, name: string, days: number, papers: number, fee: number, level: Procedure['level']];

function procedures(agency: string, fieldCode: string, field: string, rows: readonly Row[]): readonly Procedure[] {
  return rows.map(([code, name, days, papers, fee, level]) => ({
    agency,
    code,
    name,
    fieldCode,
    field,
    days,
    papers,
    fee,
    level,
  }));
}

export const PROCEDURES: readonly Procedure[] = [
  ...procedures('H57.10', 'LDVL', 'Lao động, việc làm', [
    ['1.900101', 'Cấp giấy phép lao động cho người nước ngoài', 5, 6, 600_000, 'mot_phan'],
    ['1.900102', 'Đăng ký nội quy lao động của doanh nghiệp', 7, 4, 0, 'toan_trinh'],
    ['1.900103', 'Giải quyết hưởng trợ cấp thất nghiệp', 10, 4, 0, 'toan_trinh'],
  ]),
  ...procedures('H57.12', 'TLDN', 'Thành lập và hoạt động của doanh nghiệp', [
    ['2.900201', 'Đăng ký thành lập công ty TNHH một thành viên', 3, 4, 50_000, 'toan_trinh'],
    ['2.900202', 'Thông báo thay đổi ngành, nghề kinh doanh', 3, 3, 50_000, 'toan_trinh'],
    ['2.900203', 'Cấp giấy chứng nhận đăng ký đầu tư', 10, 7, 0, 'mot_phan'],
  ]),
  ...procedures('H57.05', 'LTHH', 'Lưu thông hàng hóa trong nước', [
    ['1.900301', 'Cấp giấy phép bán buôn rượu trên địa bàn', 7, 5, 1_100_000, 'toan_trinh'],
    ['1.900302', 'Cấp giấy chứng nhận đủ điều kiện bán lẻ xăng dầu', 10, 6, 1_200_000, 'mot_phan'],
  ]),
  ...procedures('H57.40', 'HT', 'Hộ tịch, chứng thực', [
    ['1.900401', 'Đăng ký khai sinh', 1, 3, 0, 'toan_trinh'],
    ['1.900402', 'Cấp giấy xác nhận tình trạng hôn nhân', 3, 2, 15_000, 'toan_trinh'],
    ['2.900403', 'Chứng thực bản sao từ bản chính, kể cả giấy tờ do nước ngoài cấp', 1, 2, 20_000, 'khong_truc_tuyen'],
    ['1.900404', 'Đăng ký hộ kinh doanh', 3, 3, 100_000, 'toan_trinh'],
  ]),
  ...procedures('H57.19', 'DD', 'Đất đai, môi trường', [
    ['1.900501', 'Đăng ký biến động quyền sử dụng đất do chuyển nhượng, tặng cho', 10, 5, 135_000, 'mot_phan'],
    ['1.900502', 'Cấp đổi giấy chứng nhận quyền sử dụng đất', 7, 4, 60_000, 'mot_phan'],
    ['1.900503', 'Cấp giấy phép môi trường', 15, 8, 12_500_000, 'toan_trinh'],
  ]),
  ...procedures('H57.15', 'XD', 'Xây dựng, giao thông', [
    ['1.900601', 'Cấp giấy phép xây dựng nhà ở riêng lẻ', 15, 6, 75_000, 'toan_trinh'],
    ['1.900602', 'Thẩm định báo cáo nghiên cứu khả thi đầu tư xây dựng', 15, 9, 2_345_500.5, 'mot_phan'],
    ['1.900603', 'Đổi giấy phép lái xe', 5, 4, 135_000, 'toan_trinh'],
  ]),
];
