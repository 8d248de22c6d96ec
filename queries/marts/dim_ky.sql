-- Which months does the lake know of? Grain: one month in which at least one dataset has rows.
with ho_so as (select distinct ky from stg_ho_so),
gia as (select distinct ky from stg_gia),
ocop as (select distinct ky from stg_ocop),
quan_trac as (select distinct ky from stg_quan_trac),
di_san as (select distinct ky from stg_di_san),
thang as (
    select ky from ho_so
    union select ky from gia
    union select ky from ocop
    union select ky from quan_trac
    union select ky from di_san
),
ngay_dau as (select ky, cast(ky || '-01' as date) as tu_ngay from thang)
select
    ky,
    tu_ngay,
    cast(tu_ngay + interval '1' month as date) as den_ngay,
    cast(tu_ngay + interval '1' month - interval '1' day as date) as ngay_cuoi,
    substr(cast(cast(tu_ngay - interval '1' month as date) as varchar), 1, 7) as ky_truoc
from ngay_dau
