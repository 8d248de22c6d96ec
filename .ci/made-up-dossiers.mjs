// Two made-up dossiers of one commune code, the day before and the day of the reform of 01/07/2025.
const header =
  'Mã hồ sơ;Mã TTHC;Tên TTHC;Mã lĩnh vực;Tên lĩnh vực;Mã đơn vị tiếp nhận;Đơn vị xử lý;Loại đối tượng;Mã xã;Kênh tiếp nhận;Mức độ DVC;Ngày nộp;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái;Có số hóa thành phần;Có số hóa kết quả;Số giấy tờ phải nộp;Số giấy tờ tái sử dụng';
const row = (number, day) =>
  `H57.19-2025${day.slice(3, 5)}${day.slice(0, 2)}-${number};1.000001;Thủ tục thử;LV01;Lĩnh vực thử;H57.19;H57.19;1;19789;2;toan_trinh;${day}/2025 08:00;${day}/2025 08:05;15/07/2025;4;Có;Không;3;1`;
process.stdout.write(`\ufeff${[header, row('0000001', '30/06'), row('0000002', '01/07')].join('\r\n')}\r\n`);
