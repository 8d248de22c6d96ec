-- K05: what share of required papers was reused instead of asked for again? Grain: one agency and month of receipt.
with ho_so as (select * from fct_ho_so where so_giay_to_phai_nop > 0)
select
    ky_tiep_nhan as ky,
    ma_don_vi as don_vi_ma,
    max(ten_don_vi) as don_vi_ten,
    cast(sum(coalesce(so_giay_to_tai_su_dung, 0)) as double) as tu_so,
    cast(sum(so_giay_to_phai_nop) as double) as mau_so
from ho_so
group by ky_tiep_nhan, ma_don_vi
