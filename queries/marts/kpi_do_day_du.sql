-- How complete and how recent is the data behind each KPI? Grain: one KPI and month; da_co of phai_co reporters.
-- A moment after its own loading is a slip of the pen, not news: den_luc passes it over.
with ky as (
    select
        k.*,
        -- Hours of the month so far, by the last loading of readings (UTC+7), all of them once the month is over.
        case
            when q.nap_luc + interval '7' hour >= k.tu_ngay and q.nap_luc + interval '7' hour < k.den_ngay
                then (day(q.nap_luc + interval '7' hour) - 1) * 24 + hour(q.nap_luc + interval '7' hour) + 1
            else day(k.ngay_cuoi) * 24
        end as so_gio
    from dim_ky k
    left join (select ky, max(nap_luc) as nap_luc from stg_quan_trac group by ky) q on k.ky = q.ky
),
ho_so as (select * from stg_ho_so),
co_quan as (select * from dim_co_quan where phai_bao_cao),
tram as (select * from stg_tram where loai in ('nuoc_thai', 'khi_thai')),
quan_trac as (
    select
        ky,
        ma_tram,
        max(nap_luc) as nap_luc,
        max(case when thoi_diem <= nap_luc + interval '7' hour then thoi_diem end) as den_luc,
        count(distinct gio) as so_gio
    from stg_quan_trac
    where trang_thai_do = '00'
    group by ky, ma_tram
),
-- A day runs to its end, so it lasts until the midnight after it.
cho as (
    select
        ky,
        ma_cho,
        max(nap_luc) as nap_luc,
        max(case
            when substr(cast(ngay as varchar), 1, 7) = ky and ngay <= cast(nap_luc + interval '7' hour as date)
                then cast(ngay as timestamp) + interval '1' day
        end) as den_luc
    from stg_gia
    group by ky, ma_cho
),
ocop as (select ky, max(nap_luc) as nap_luc from stg_ocop group by ky),
di_san as (select ky, ky_sau, max(nap_luc) as nap_luc from stg_di_san group by ky, ky_sau),
su_kien as (
    select ky, nap_luc, ma_don_vi_tiep_nhan, ma_don_vi, ngay_tiep_nhan as luc from ho_so
    union all
    select ky, nap_luc, ma_don_vi_tiep_nhan, ma_don_vi, ngay_ket_thuc_xu_ly from ho_so
    union all
    select ky, nap_luc, ma_don_vi_tiep_nhan, ma_don_vi, ngay_tra from ho_so
),
moc_ho_so as (
    select
        ky,
        nap_luc,
        ma_don_vi_tiep_nhan,
        ma_don_vi,
        case
            when luc > nap_luc + interval '7' hour then null
            when luc = date_trunc('day', luc) then luc + interval '1' day
            else luc
        end as den_luc
    from su_kien
),
don_vi_gui as (
    select ky, ma_don_vi_tiep_nhan as ma_don_vi, nap_luc, den_luc from moc_ho_so
    union all
    select ky, ma_don_vi, nap_luc, den_luc from moc_ho_so
),
co_quan_gui as (
    select g.ky, g.ma_don_vi, max(g.nap_luc) as nap_luc, max(case when g.den_luc <= k.den_ngay then g.den_luc end) as den_luc
    from don_vi_gui g
    join ky k on g.ky = k.ky
    group by g.ky, g.ma_don_vi
),
kpi_ho_so as (
    select * from (values
        ('kpi_ho_so_dung_han'), ('kpi_ho_so_qua_han'), ('kpi_ho_so_so_hoa'), ('kpi_tai_su_dung_giay_to')
    ) as t (kpi)
),
can_co as (
    select
        p.kpi, k.ky, 'cơ quan' as don_vi, c.ma_co_quan as ma, g.nap_luc, g.den_luc,
        cast(null as varchar) as ky_danh_muc, cast(null as double) as gio_co, cast(null as double) as gio_can
    from ky k
    cross join kpi_ho_so p
    join co_quan c
        on coalesce(c.hieu_luc_tu, date '0001-01-01') <= k.ngay_cuoi
        and coalesce(c.hieu_luc_den, date '9999-12-31') > k.ngay_cuoi
    left join co_quan_gui g on k.ky = g.ky and c.ma_co_quan = g.ma_don_vi
    union all
    select
        'kpi_canh_bao_xa_thai', k.ky, 'trạm', t.ma_tram, q.nap_luc, q.den_luc,
        null, cast(coalesce(q.so_gio, 0) as double), cast(k.so_gio as double)
    from ky k
    join tram t on k.ky >= coalesce(t.tu_ky, '') and k.ky < coalesce(t.den_ky, '9999')
    left join quan_trac q on k.ky = q.ky and t.ma_tram = q.ma_tram
    union all
    select
        'kpi_gia_tang_dot_bien', k.ky, 'chợ', c.ma_cho,
        max(case when c.ky = k.ky then c.nap_luc end), max(case when c.ky = k.ky then c.den_luc end),
        null, null, null
    from ky k
    join cho c on c.ky in (k.ky, k.ky_truoc)
    group by k.ky, c.ma_cho
    union all
    select 'kpi_ocop_truy_xuat', k.ky, 'danh mục', 'san_pham_ocop', o.nap_luc, null, o.ky, null, null
    from ky k
    left join ocop o on k.ky = o.ky
    union all
    select 'kpi_di_san_so_hoa', k.ky, 'danh mục', 'di_san_di_tich', d.nap_luc, null, d.ky, null, null
    from ky k
    left join di_san d on k.ky >= d.ky and k.ky < coalesce(d.ky_sau, '9999')
)
select
    kpi,
    ky,
    count(nap_luc) as da_co,
    count(*) as phai_co,
    don_vi,
    max(nap_luc) as so_lieu_den,
    max(den_luc) as den_luc,
    max(ky_danh_muc) as ky_danh_muc,
    sum(gio_co) as gio_co,
    sum(gio_can) as gio_can
from can_co
group by kpi, ky, don_vi
