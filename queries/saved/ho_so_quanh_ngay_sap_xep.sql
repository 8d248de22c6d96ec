-- Hồ sơ nhận quanh ngày 01/7/2025 (sắp xếp đơn vị hành chính) thuộc xã nào theo danh mục có hiệu lực ngày đó? Mỗi dòng một xã mỗi ngày.
select
    cast(ngay_tiep_nhan as date) as ngay,
    ma_xa,
    ten_xa,
    ten_tinh,
    count(*) as so_ho_so
from fct_ho_so
where ngay_tiep_nhan >= timestamp '2025-06-24 00:00:00'
    and ngay_tiep_nhan < timestamp '2025-07-08 00:00:00'
group by cast(ngay_tiep_nhan as date), ma_xa, ten_xa, ten_tinh
order by ngay, ma_xa
limit 200
