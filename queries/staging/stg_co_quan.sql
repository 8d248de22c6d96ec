-- Which agency did a code name, and from when to when? Grain: one agency code with one first day; spans are half-open.
with nguon as (select * from co_quan),
ban_danh_muc as (select distinct ky_du_lieu from nguon),
ke_tiep as (select ky_du_lieu, lead(ky_du_lieu) over (order by ky_du_lieu) as ky_sau from ban_danh_muc),
xep_hang as (
    select
        n.*,
        row_number() over (partition by n.ma_co_quan, n.hieu_luc_tu order by n.ky_du_lieu desc) as thu_tu
    from nguon n
)
select
    x.ma_co_quan,
    x.ten_co_quan,
    x.cap,
    x.ma_co_quan_cha,
    x.ke_thua_tu,
    x.ma_xa,
    x.phai_bao_cao,
    x.hieu_luc_tu,
    -- The list gives the last day in force; a code that the next list leaves out ends where that list begins.
    coalesce(cast(x.hieu_luc_den + interval '1' day as date), cast(k.ky_sau || '-01' as date)) as hieu_luc_den,
    x._loaded_at as nap_luc
from xep_hang x
join ke_tiep k on x.ky_du_lieu = k.ky_du_lieu
where x.thu_tu = 1
