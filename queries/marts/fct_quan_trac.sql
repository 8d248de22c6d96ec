-- Did a station exceed its limit in an hour? Grain: one station, parameter and hour; means of readings with status 00 only.
with so_lieu as (select * from stg_quan_trac where trang_thai_do = '00' and gia_tri is not null),
tram as (select * from stg_tram),
nguong as (select * from stg_nguong),
trung_binh_gio as (
    select
        ma_tram,
        ma_thong_so,
        don_vi,
        gio,
        ky,
        -- Decimals are summed exactly; a mean of doubles would differ in its last digits from run to run.
        cast(sum(gia_tri) as double) / nullif(count(gia_tri), 0) as gia_tri_tb,
        count(*) as so_lan_do,
        max(nap_luc) as nap_luc
    from so_lieu
    group by ma_tram, ma_thong_so, don_vi, gio, ky
),
co_nguong as (
    select
        b.*,
        t.ten_co_so,
        t.loai,
        t.ma_xa,
        t.quy_chuan,
        n.nho_nhat as nguong_duoi,
        n.lon_nhat * case when n.ap_dung_kq_kf then t.he_so_kq * t.he_so_kf else 1e0 end as nguong_tren,
        n.can_cu,
        n.trang_thai as trang_thai_nguong
    from trung_binh_gio b
    left join tram t
        on b.ma_tram = t.ma_tram
        and b.ky >= coalesce(t.tu_ky, '')
        and b.ky < coalesce(t.den_ky, '9999')
    left join nguong n
        on t.quy_chuan = n.quy_chuan
        and b.ma_thong_so = n.ma_thong_so
        and lower(coalesce(b.don_vi, '')) = lower(coalesce(n.don_vi, ''))
        and cast(b.gio as date) >= coalesce(n.hieu_luc_tu, date '0001-01-01')
        and cast(b.gio as date) < coalesce(n.hieu_luc_den, date '9999-12-31')
)
select
    c.*,
    c.nguong_duoi is not null or c.nguong_tren is not null as co_nguong,
    coalesce(c.gia_tri_tb > c.nguong_tren, false) or coalesce(c.gia_tri_tb < c.nguong_duoi, false) as vuot_nguong,
    cast(c.gia_tri_tb as double) / nullif(c.nguong_tren, 0) as boi_so
from co_nguong c
