-- Số liệu giá đến từ tệp nào, phiên bản nào, nạp lúc nào? Mỗi dòng một bài gửi; thay tên bảng để hỏi bộ dữ liệu khác.
select
    ky_du_lieu,
    _submission as bai_gui,
    _version as phien_ban,
    count(*) as so_dong,
    min(_row) as dong_dau,
    max(_row) as dong_cuoi,
    max(_loaded_at) + interval '7' hour as nap_luc_gio_viet_nam
from gia_thi_truong
group by ky_du_lieu, _submission, _version
order by ky_du_lieu desc, bai_gui
limit 100
