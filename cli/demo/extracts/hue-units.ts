// Huế's real administrative units before and after 01/07/2025, typed in so that the demo needs no other file; nothing made up here.
// Source: thanglequoc/vietnamese-provinces-database (MIT), itself from the national statistics office's list:
// 2026-07-25 for the units after the reform, 2025-03-12 for those before it. Points lie inside or near the unit, for pictures only.

export const HUE = { maTinh: '46', tenTinh: 'Thành phố Huế' } as const;

interface CommuneAfter {
  readonly maXa: string;
  readonly tenXa: string;
  readonly lat: number;
  readonly lon: number;
}

interface CommuneBefore {
  readonly maHuyen: string;
  readonly tenHuyen: string;
  readonly maXa: string;
  readonly tenXa: string;
}

/** All 40 communes in force from 01/07/2025. */
export const COMMUNES_AFTER: readonly CommuneAfter[] = [
  { maXa: '19753', tenXa: 'Phường Phú Xuân', lat: 16.479, lon: 107.577 },
  { maXa: '19774', tenXa: 'Phường Kim Long', lat: 16.405, lon: 107.543 },
  { maXa: '19777', tenXa: 'Phường Vỹ Dạ', lat: 16.478, lon: 107.611 },
  { maXa: '19789', tenXa: 'Phường Thuận Hoá', lat: 16.456, lon: 107.584 },
  { maXa: '19804', tenXa: 'Phường Hương An', lat: 16.477, lon: 107.533 },
  { maXa: '19813', tenXa: 'Phường Thuỷ Xuân', lat: 16.408, lon: 107.583 },
  { maXa: '19815', tenXa: 'Phường An Cựu', lat: 16.437, lon: 107.604 },
  { maXa: '19819', tenXa: 'Phường Phong Điền', lat: 16.49, lon: 107.24 },
  { maXa: '19828', tenXa: 'Phường Phong Phú', lat: 16.696, lon: 107.41 },
  { maXa: '19831', tenXa: 'Phường Phong Dinh', lat: 16.644, lon: 107.366 },
  { maXa: '19858', tenXa: 'Phường Phong Thái', lat: 16.49, lon: 107.391 },
  { maXa: '19867', tenXa: 'Xã Quảng Điền', lat: 16.569, lon: 107.533 },
  { maXa: '19873', tenXa: 'Phường Phong Quảng', lat: 16.636, lon: 107.505 },
  { maXa: '19885', tenXa: 'Xã Đan Điền', lat: 16.598, lon: 107.468 },
  { maXa: '19900', tenXa: 'Phường Thuận An', lat: 16.552, lon: 107.64 },
  { maXa: '19909', tenXa: 'Phường Dương Nỗ', lat: 16.525, lon: 107.598 },
  { maXa: '19918', tenXa: 'Xã Phú Hồ', lat: 16.477, lon: 107.687 },
  { maXa: '19930', tenXa: 'Phường Mỹ Thượng', lat: 16.504, lon: 107.633 },
  { maXa: '19942', tenXa: 'Xã Phú Vang', lat: 16.402, lon: 107.771 },
  { maXa: '19945', tenXa: 'Xã Phú Vinh', lat: 16.454, lon: 107.776 },
  { maXa: '19960', tenXa: 'Phường Phú Bài', lat: 16.281, lon: 107.611 },
  { maXa: '19969', tenXa: 'Phường Thanh Thuỷ', lat: 16.421, lon: 107.635 },
  { maXa: '19975', tenXa: 'Phường Hương Thuỷ', lat: 16.412, lon: 107.684 },
  { maXa: '19996', tenXa: 'Phường Hương Trà', lat: 16.456, lon: 107.434 },
  { maXa: '20014', tenXa: 'Phường Hoá Châu', lat: 16.546, lon: 107.58 },
  { maXa: '20017', tenXa: 'Phường Kim Trà', lat: 16.494, lon: 107.509 },
  { maXa: '20035', tenXa: 'Xã Bình Điền', lat: 16.349, lon: 107.459 },
  { maXa: '20044', tenXa: 'Xã A Lưới 2', lat: 16.257, lon: 107.198 },
  { maXa: '20050', tenXa: 'Xã A Lưới 5', lat: 16.22, lon: 107.411 },
  { maXa: '20056', tenXa: 'Xã A Lưới 1', lat: 16.341, lon: 107.149 },
  { maXa: '20071', tenXa: 'Xã A Lưới 3', lat: 16.201, lon: 107.245 },
  { maXa: '20101', tenXa: 'Xã A Lưới 4', lat: 16.14, lon: 107.351 },
  { maXa: '20107', tenXa: 'Xã Phú Lộc', lat: 16.266, lon: 107.889 },
  { maXa: '20122', tenXa: 'Xã Vinh Lộc', lat: 16.364, lon: 107.866 },
  { maXa: '20131', tenXa: 'Xã Hưng Lộc', lat: 16.297, lon: 107.713 },
  { maXa: '20137', tenXa: 'Xã Chân Mây - Lăng Cô', lat: 16.246, lon: 108.014 },
  { maXa: '20140', tenXa: 'Xã Lộc An', lat: 16.273, lon: 107.797 },
  { maXa: '20161', tenXa: 'Xã Khe Tre', lat: 16.151, lon: 107.77 },
  { maXa: '20179', tenXa: 'Xã Nam Đông', lat: 16.102, lon: 107.685 },
  { maXa: '20182', tenXa: 'Xã Long Quảng', lat: 16.1, lon: 107.587 },
];

/** Some of the 133 communes before 01/07/2025; most of these codes live on under another name (19789: Phú Nhuận, then Thuận Hoá). */
export const COMMUNES_BEFORE: readonly CommuneBefore[] = [
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19777', tenXa: 'Phường Vỹ Dạ' },
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19783', tenXa: 'Phường Vĩnh Ninh' },
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19789', tenXa: 'Phường Phú Nhuận' },
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19792', tenXa: 'Phường Xuân Phú' },
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19801', tenXa: 'Phường An Cựu' },
  { maHuyen: '474', tenHuyen: 'Quận Thuận Hóa', maXa: '19900', tenXa: 'Phường Thuận An' },
  { maHuyen: '475', tenHuyen: 'Quận Phú Xuân', maXa: '19753', tenXa: 'Phường Thuận Lộc' },
  { maHuyen: '475', tenHuyen: 'Quận Phú Xuân', maXa: '19762', tenXa: 'Phường Thuận Hòa' },
  { maHuyen: '475', tenHuyen: 'Quận Phú Xuân', maXa: '19774', tenXa: 'Phường Kim Long' },
  { maHuyen: '476', tenHuyen: 'Thị xã Phong Điền', maXa: '19819', tenXa: 'Phường Phong Thu' },
  { maHuyen: '477', tenHuyen: 'Huyện Quảng Điền', maXa: '19867', tenXa: 'Thị trấn Sịa' },
  { maHuyen: '479', tenHuyen: 'Thị xã Hương Thủy', maXa: '19960', tenXa: 'Phường Phú Bài' },
  { maHuyen: '479', tenHuyen: 'Thị xã Hương Thủy', maXa: '19969', tenXa: 'Phường Thủy Dương' },
  { maHuyen: '479', tenHuyen: 'Thị xã Hương Thủy', maXa: '19975', tenXa: 'Phường Thủy Châu' },
  { maHuyen: '480', tenHuyen: 'Thị xã Hương Trà', maXa: '19996', tenXa: 'Phường Tứ Hạ' },
  { maHuyen: '481', tenHuyen: 'Huyện A Lưới', maXa: '20044', tenXa: 'Thị trấn A Lưới' },
  { maHuyen: '482', tenHuyen: 'Huyện Phú Lộc', maXa: '20110', tenXa: 'Thị trấn Lăng Cô' },
  { maHuyen: '482', tenHuyen: 'Huyện Phú Lộc', maXa: '20137', tenXa: 'Xã Lộc Vĩnh' },
];
