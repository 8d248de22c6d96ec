-- K16: what share of OCOP products sold online can be traced? Grain: one commune and month.
with ocop as (select * from stg_ocop where dang_ban_tmdt),
ky as (select * from dim_ky),
don_vi_hanh_chinh as (select * from dim_dvhc)
select
    o.ky,
    o.ma_xa as don_vi_ma,
    coalesce(max(d.ten_xa), o.ma_xa) as don_vi_ten,
    cast(count_if(o.ma_truy_xuat is not null) as double) as tu_so,
    cast(count(*) as double) as mau_so
from ocop o
join ky k on o.ky = k.ky
left join don_vi_hanh_chinh d
    on o.ma_xa = d.ma_xa
    and k.ngay_cuoi >= coalesce(d.hieu_luc_tu, date '0001-01-01')
    and k.ngay_cuoi < coalesce(d.hieu_luc_den, date '9999-12-31')
group by o.ky, o.ma_xa
