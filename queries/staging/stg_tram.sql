-- Which stations did each edition of the register hold? Grain: one station in one edition; tu_ky is empty in the first edition.
with nguon as (select * from tram_quan_trac),
ban_danh_muc as (select distinct ky_du_lieu from nguon),
ke_tiep as (
    select
        ky_du_lieu,
        case when row_number() over (order by ky_du_lieu) > 1 then ky_du_lieu end as tu_ky,
        lead(ky_du_lieu) over (order by ky_du_lieu) as den_ky
    from ban_danh_muc
)
select
    n.ma_tram,
    n.ten_co_so,
    n.loai,
    n.khu_cong_nghiep,
    n.ma_xa,
    n.quy_chuan,
    coalesce(cast(n.he_so_kq as double), 1e0) as he_so_kq,
    coalesce(cast(n.he_so_kf as double), 1e0) as he_so_kf,
    n.chu_ky_phut,
    n.ngay_hieu_chuan,
    k.tu_ky,
    k.den_ky,
    n._loaded_at as nap_luc
from nguon n
join ke_tiep k on n.ky_du_lieu = k.ky_du_lieu
