-- K02: how many open dossiers were past their promised day? Grain: one agency and month, as things stood when the month closed.
with ky as (select * from dim_ky),
ho_so as (select * from stg_ho_so),
co_quan as (select * from dim_co_quan),
lan_nap as (select ky, max(nap_luc) as nap_luc from ho_so group by ky),
moc as (
    -- The month's end, or the hour of the last loading (UTC+7) while the month is still running.
    select
        k.ky,
        k.ngay_cuoi,
        case
            when n.nap_luc + interval '7' hour >= k.tu_ngay and n.nap_luc + interval '7' hour < k.den_ngay
                then n.nap_luc + interval '7' hour
            else cast(k.den_ngay as timestamp)
        end as thoi_diem
    from ky k
    join lan_nap n on k.ky = n.ky
),
trang_thai_ky as (
    select
        m.ky,
        m.ngay_cuoi,
        h.ma_don_vi,
        h.trang_thai in (2, 4) as dang_xu_ly,
        h.trang_thai in (2, 4) and case
            -- Midnight exactly is a day written without a time: the promise holds until that day ends.
            when h.ngay_hen_tra = date_trunc('day', h.ngay_hen_tra)
                then cast(h.ngay_hen_tra as date) < cast(m.thoi_diem as date)
            else h.ngay_hen_tra < m.thoi_diem
        end as qua_han
    from moc m
    join ho_so h
        on h.ky <= m.ky
        and m.ky < coalesce(h.ky_sau, '9999')
        and (h.ky = m.ky or h.trang_thai in (2, 4))
)
select
    t.ky,
    t.ma_don_vi as don_vi_ma,
    coalesce(max(c.ten_co_quan), t.ma_don_vi) as don_vi_ten,
    cast(count_if(t.qua_han) as double) as tu_so,
    cast(count_if(t.dang_xu_ly) as double) as mau_so
from trang_thai_ky t
left join co_quan c
    on t.ma_don_vi = c.ma_co_quan
    and t.ngay_cuoi >= coalesce(c.hieu_luc_tu, date '0001-01-01')
    and t.ngay_cuoi < coalesce(c.hieu_luc_den, date '9999-12-31')
group by t.ky, t.ma_don_vi
