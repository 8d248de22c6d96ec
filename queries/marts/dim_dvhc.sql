-- Which commune did a code name on a given day? Grain: one commune in one edition of the list, valid [hieu_luc_tu, hieu_luc_den).
with don_vi as (select * from stg_don_vi_hanh_chinh),
hieu_luc as (select * from ma_ky_don_vi_hanh_chinh),
ban_danh_muc as (select distinct ky_du_lieu from don_vi),
bat_dau as (
    select
        b.ky_du_lieu,
        case
            when h.ky_du_lieu is null then cast(b.ky_du_lieu || '-01' as date)
            else cast(nullif(h.hieu_luc_tu, '') as date)
        end as hieu_luc_tu
    from ban_danh_muc b
    left join hieu_luc h on b.ky_du_lieu = h.ky_du_lieu
),
khoang as (
    select
        ky_du_lieu,
        hieu_luc_tu,
        lead(hieu_luc_tu) over (order by coalesce(hieu_luc_tu, date '0001-01-01'), ky_du_lieu) as hieu_luc_den
    from bat_dau
)
select
    d.ma_xa || '@' || d.ky_du_lieu as sk_dvhc,
    d.ma_xa,
    d.ten_xa,
    d.ma_huyen,
    d.ten_huyen,
    d.ma_tinh,
    d.ten_tinh,
    d.ky_du_lieu,
    k.hieu_luc_tu,
    k.hieu_luc_den,
    d.nap_luc
from don_vi d
join khoang k on d.ky_du_lieu = k.ky_du_lieu
