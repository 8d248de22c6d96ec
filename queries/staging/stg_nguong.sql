-- Which limits apply under which standard, and from when? Grain: one standard with its column, parameter and span of validity.
with nguon as (select * from ma_nguong_quy_chuan)
select
    case
        when coalesce(cot, '') = '' then quy_chuan
        when substr(quy_chuan, length(quy_chuan) - length(cot)) = '_' || cot then quy_chuan
        else quy_chuan || '_' || cot
    end as quy_chuan,
    thong_so as ma_thong_so,
    cast(nullif(nho_nhat, '') as double) as nho_nhat,
    cast(nullif(lon_nhat, '') as double) as lon_nhat,
    don_vi,
    lower(ap_dung_kq_kf) in ('true', '1', 'co', 'có') as ap_dung_kq_kf,
    cast(nullif(hieu_luc_tu, '') as date) as hieu_luc_tu,
    cast(cast(nullif(hieu_luc_den, '') as date) + interval '1' day as date) as hieu_luc_den,
    can_cu,
    trang_thai
from nguon
where coalesce(nho_nhat, '') <> '' or coalesce(lon_nhat, '') <> ''
