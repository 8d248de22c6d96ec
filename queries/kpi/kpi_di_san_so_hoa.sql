-- K17: what share of heritage is digitised? Grain: one rank and month, by the inventory in force in that month.
with ky as (select * from dim_ky),
di_san as (select * from stg_di_san),
cap as (select * from ma_cap_xep_hang)
select
    k.ky,
    d.cap_xep_hang as don_vi_ma,
    coalesce(max(c.ten), d.cap_xep_hang) as don_vi_ten,
    cast(count_if(d.da_so_hoa) as double) as tu_so,
    cast(count(*) as double) as mau_so
from ky k
join di_san d on k.ky >= d.ky and k.ky < coalesce(d.ky_sau, '9999')
left join cap c on d.cap_xep_hang = c.ma
group by k.ky, d.cap_xep_hang
