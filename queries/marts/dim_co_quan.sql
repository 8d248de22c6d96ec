-- Which agency did a code name on a given day? Grain: one agency in one span of validity [hieu_luc_tu, hieu_luc_den), never overlapping.
with co_quan as (select * from stg_co_quan),
ke_tiep as (
    select
        c.*,
        lead(c.hieu_luc_tu) over (
            partition by c.ma_co_quan
            order by coalesce(c.hieu_luc_tu, date '0001-01-01')
        ) as tu_sau
    from co_quan c
)
select
    ma_co_quan,
    ten_co_quan,
    cap,
    ma_co_quan_cha,
    ke_thua_tu,
    ma_xa,
    coalesce(phai_bao_cao, false) as phai_bao_cao,
    hieu_luc_tu,
    case
        when tu_sau is not null and (hieu_luc_den is null or tu_sau < hieu_luc_den) then tu_sau
        else hieu_luc_den
    end as hieu_luc_den,
    nap_luc
from ke_tiep
