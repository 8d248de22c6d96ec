-- K15: how many items rose by more than 10 % within a week at some market? Grain: one item and month.
with so_sanh_duoc as (select * from fct_gia where gia_tuan_truoc is not null)
select
    ky,
    ma_mat_hang as don_vi_ma,
    max(ten_mat_hang) as don_vi_ten,
    cast(max(case when tang_tren_10 then 1 else 0 end) as double) as tu_so,
    cast(1 as double) as mau_so,
    round(max(ty_le_thay_doi), 6) as muc_do
from so_sanh_duoc
group by ky, ma_mat_hang
