-- K11: in how many hours did discharge stations exceed a limit? Grain: one station and month; an hour counts once, however many parameters.
with do_duoc as (select * from fct_quan_trac where co_nguong and loai in ('nuoc_thai', 'khi_thai')),
tram_gio as (
    select
        ky,
        ma_tram,
        gio,
        max(ten_co_so) as ten_co_so,
        max(case when vuot_nguong then 1 else 0 end) as vuot
    from do_duoc
    group by ky, ma_tram, gio
)
select
    ky,
    ma_tram as don_vi_ma,
    coalesce(max(ten_co_so), ma_tram) as don_vi_ten,
    cast(sum(vuot) as double) as tu_so,
    cast(count(*) as double) as mau_so
from tram_gio
group by ky, ma_tram
