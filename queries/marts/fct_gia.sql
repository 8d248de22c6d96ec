-- How did prices move from week to week? Grain: one item, market, kind of price and week (tuan is its Monday).
with gia as (select * from stg_gia),
theo_tuan as (
    select
        ma_mat_hang,
        ma_cho,
        loai_gia,
        don_vi_tinh,
        tuan,
        max(ten_mat_hang) as ten_mat_hang,
        max(ma_xa) as ma_xa,
        cast(sum(gia) as double) / nullif(count(gia), 0) as gia_tb,
        count(*) as so_lan_lay_gia,
        max(nap_luc) as nap_luc
    from gia
    group by ma_mat_hang, ma_cho, loai_gia, don_vi_tinh, tuan
),
co_tuan_truoc as (
    select
        t.*,
        lag(t.gia_tb) over (partition by t.ma_mat_hang, t.ma_cho, t.loai_gia, t.don_vi_tinh order by t.tuan) as gia_gan_nhat,
        lag(t.tuan) over (partition by t.ma_mat_hang, t.ma_cho, t.loai_gia, t.don_vi_tinh order by t.tuan) as tuan_gan_nhat
    from theo_tuan t
),
lien_ke as (
    select
        c.*,
        case when c.tuan_gan_nhat = cast(c.tuan - interval '7' day as date) then c.gia_gan_nhat end as gia_tuan_truoc
    from co_tuan_truoc c
)
select
    l.ma_mat_hang,
    l.ten_mat_hang,
    l.don_vi_tinh,
    l.loai_gia,
    l.ma_cho,
    l.ma_xa,
    l.tuan,
    substr(cast(cast(l.tuan + interval '3' day as date) as varchar), 1, 7) as ky,
    l.gia_tb,
    l.gia_tuan_truoc,
    cast(l.gia_tb as double) / nullif(l.gia_tuan_truoc, 0) - 1 as ty_le_thay_doi,
    coalesce(round(l.gia_tb * 100) > round(l.gia_tuan_truoc * 110), false) as tang_tren_10,
    l.so_lan_lay_gia,
    l.nap_luc
from lien_ke l
