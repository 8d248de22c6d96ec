-- Which heritage items did each edition of the inventory hold? Grain: one item in one edition; ky_sau supersedes the edition.
with nguon as (select * from di_san_di_tich),
thang as (
    select
        n.*,
        case
            when length(n.ky_du_lieu) = 4 then n.ky_du_lieu || '-01'
            when substr(n.ky_du_lieu, 6, 2) = 'Q1' then substr(n.ky_du_lieu, 1, 5) || '01'
            when substr(n.ky_du_lieu, 6, 2) = 'Q2' then substr(n.ky_du_lieu, 1, 5) || '04'
            when substr(n.ky_du_lieu, 6, 2) = 'Q3' then substr(n.ky_du_lieu, 1, 5) || '07'
            when substr(n.ky_du_lieu, 6, 2) = 'Q4' then substr(n.ky_du_lieu, 1, 5) || '10'
            else substr(n.ky_du_lieu, 1, 7)
        end as ky
    from nguon n
),
ban_danh_muc as (select distinct ky from thang),
ke_tiep as (select ky, lead(ky) over (order by ky) as ky_sau from ban_danh_muc)
select
    t.ma_di_san,
    t.ten,
    t.loai,
    t.cap_xep_hang,
    t.ma_xa,
    t.muc_so_hoa,
    t.so_tep_so,
    t.duong_dan_cong_khai,
    t.tinh_trang,
    coalesce(t.muc_so_hoa >= 2 and t.so_tep_so > 0 and length(trim(t.duong_dan_cong_khai)) > 0, false) as da_so_hoa,
    t.ky,
    k.ky_sau,
    t._loaded_at as nap_luc
from thang t
join ke_tiep k on t.ky = k.ky
