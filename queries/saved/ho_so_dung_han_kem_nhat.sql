-- Tháng mới nhất, cơ quan nào giải quyết hồ sơ đúng hạn kém nhất? Mỗi dòng một cơ quan.
with thang as (select max(ky) as ky from kpi_ho_so_dung_han)
select
    k.don_vi_ten,
    k.tu_so as dung_han,
    k.mau_so as da_giai_quyet,
    round(100 * cast(k.tu_so as double) / nullif(k.mau_so, 0), 1) as phan_tram
from kpi_ho_so_dung_han k
join thang t on k.ky = t.ky
order by phan_tram, k.don_vi_ten
limit 20
