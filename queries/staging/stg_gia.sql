-- What did each item cost at each market on each day? Grain: one item, market, kind of price and day.
with nguon as (select * from gia_thi_truong),
xep_hang as (
    select
        n.*,
        row_number() over (
            partition by n.ma_mat_hang, n.ma_cho, n.loai_gia, n.ngay
            order by n.ky_du_lieu desc, n._loaded_at desc, n._version desc, n._row desc
        ) as thu_tu
    from nguon n
)
select
    ma_mat_hang,
    ten_mat_hang,
    don_vi_tinh,
    loai_gia,
    gia,
    ma_cho,
    ma_xa,
    ngay,
    cast(date_trunc('week', ngay) as date) as tuan,
    ky_du_lieu as ky,
    _loaded_at as nap_luc
from xep_hang
where thu_tu = 1
