-- Which hourly means are over their limit, of the rows asked about? Grain: one station, parameter and hour.
with qua_muc as (select * from fct_quan_trac where vuot_nguong)
select
    ma_tram,
    coalesce(ten_co_so, ma_tram) as ten_co_so,
    ma_thong_so,
    don_vi,
    gio,
    gia_tri_tb,
    nguong_duoi,
    nguong_tren,
    so_lan_do,
    can_cu,
    coalesce(trang_thai_nguong, '') as trang_thai_nguong,
    case
        when gia_tri_tb > nguong_tren then cast(gia_tri_tb as double) / nullif(nguong_tren, 0)
        else cast(nguong_duoi as double) / nullif(gia_tri_tb, 0)
    end as boi_so
from qua_muc
