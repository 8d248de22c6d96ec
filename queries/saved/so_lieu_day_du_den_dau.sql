-- Số liệu sau mỗi chỉ tiêu đầy đủ và mới đến đâu? Mỗi dòng một chỉ tiêu trong một tháng, tháng mới trước.
select
    kpi,
    ky,
    da_co,
    phai_co,
    don_vi,
    round(100 * cast(da_co as double) / nullif(phai_co, 0), 1) as phan_tram,
    so_lieu_den + interval '7' hour as nhan_luc_gio_viet_nam,
    den_luc as so_lieu_den_luc
from kpi_do_day_du
order by ky desc, phan_tram, kpi
limit 100
