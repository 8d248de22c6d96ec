-- How complete is the data behind each KPI? Grain: one KPI and month; da_co of phai_co reporters, and how fresh the data is.
with ky as (select * from dim_ky),
ho_so as (select * from stg_ho_so),
co_quan as (select * from dim_co_quan where phai_bao_cao),
tram as (select * from stg_tram where loai in ('nuoc_thai', 'khi_thai')),
quan_trac as (select ky, ma_tram, max(nap_luc) as nap_luc from stg_quan_trac where trang_thai_do = '00' group by ky, ma_tram),
cho as (select ky, ma_cho, max(nap_luc) as nap_luc from stg_gia group by ky, ma_cho),
ocop as (select ky, max(nap_luc) as nap_luc from stg_ocop group by ky),
di_san as (select ky, ky_sau, max(nap_luc) as nap_luc from stg_di_san group by ky, ky_sau),
don_vi_gui as (
    select ky, ma_don_vi_tiep_nhan as ma_don_vi, nap_luc from ho_so
    union all
    select ky, ma_don_vi, nap_luc from ho_so
),
co_quan_gui as (select ky, ma_don_vi, max(nap_luc) as nap_luc from don_vi_gui group by ky, ma_don_vi),
kpi_ho_so as (
    select * from (values
        ('kpi_ho_so_dung_han'), ('kpi_ho_so_qua_han'), ('kpi_ho_so_so_hoa'), ('kpi_tai_su_dung_giay_to')
    ) as t (kpi)
),
can_co as (
    select p.kpi, k.ky, 'cơ quan' as don_vi, c.ma_co_quan as ma, g.nap_luc
    from ky k
    cross join kpi_ho_so p
    join co_quan c
        on coalesce(c.hieu_luc_tu, date '0001-01-01') <= k.ngay_cuoi
        and coalesce(c.hieu_luc_den, date '9999-12-31') > k.ngay_cuoi
    left join co_quan_gui g on k.ky = g.ky and c.ma_co_quan = g.ma_don_vi
    union all
    select 'kpi_canh_bao_xa_thai', k.ky, 'trạm', t.ma_tram, q.nap_luc
    from ky k
    join tram t on k.ky >= coalesce(t.tu_ky, '') and k.ky < coalesce(t.den_ky, '9999')
    left join quan_trac q on k.ky = q.ky and t.ma_tram = q.ma_tram
    union all
    select 'kpi_gia_tang_dot_bien', k.ky, 'chợ', c.ma_cho, max(case when c.ky = k.ky then c.nap_luc end)
    from ky k
    join cho c on c.ky in (k.ky, k.ky_truoc)
    group by k.ky, c.ma_cho
    union all
    select 'kpi_ocop_truy_xuat', k.ky, 'danh mục', 'san_pham_ocop', o.nap_luc
    from ky k
    left join ocop o on k.ky = o.ky
    union all
    select 'kpi_di_san_so_hoa', k.ky, 'danh mục', 'di_san_di_tich', d.nap_luc
    from ky k
    left join di_san d on k.ky >= d.ky and k.ky < coalesce(d.ky_sau, '9999')
)
select kpi, ky, count(nap_luc) as da_co, count(*) as phai_co, don_vi, max(nap_luc) as so_lieu_den
from can_co
group by kpi, ky, don_vi
