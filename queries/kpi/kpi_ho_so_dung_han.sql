-- K01: what share of resolved dossiers was resolved on time? Grain: one agency and month of resolution.
with ho_so as (select * from fct_ho_so where da_giai_quyet and ky_giai_quyet is not null)
select
    ky_giai_quyet as ky,
    ma_don_vi as don_vi_ma,
    max(ten_don_vi) as don_vi_ten,
    cast(count_if(dung_han) as double) as tu_so,
    cast(count(*) as double) as mau_so
from ho_so
group by ky_giai_quyet, ma_don_vi
