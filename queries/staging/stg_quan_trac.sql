-- What did each station measure at each moment? Grain: one station, parameter and moment, the last word on it.
with nguon as (select * from so_lieu_quan_trac),
xep_hang as (
    select
        n.*,
        row_number() over (
            partition by n.ma_tram, n.ma_thong_so, n.thoi_diem
            order by n._loaded_at desc, n.ky_du_lieu desc, n._version desc, n._row desc
        ) as thu_tu
    from nguon n
)
select
    ma_tram,
    ma_thong_so,
    gia_tri,
    don_vi,
    thoi_diem,
    date_trunc('hour', thoi_diem) as gio,
    substr(cast(cast(thoi_diem as date) as varchar), 1, 7) as ky,
    trang_thai_do,
    _loaded_at as nap_luc
from xep_hang
where thu_tu = 1
