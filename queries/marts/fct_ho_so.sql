-- How did each dossier go? Grain: one dossier in its latest state, with the unit valid on the day it was received.
with ho_so as (select * from stg_ho_so where ky_sau is null),
don_vi_hanh_chinh as (select * from dim_dvhc),
co_quan as (select * from dim_co_quan)
select
    h.ma_ho_so,
    h.ma_tthc,
    h.ten_tthc,
    h.ma_linh_vuc,
    h.ten_linh_vuc,
    h.ma_don_vi,
    coalesce(c.ten_co_quan, h.ma_don_vi) as ten_don_vi,
    h.ma_xa,
    d.sk_dvhc,
    d.ten_xa,
    d.ten_tinh,
    h.kenh_tiep_nhan,
    h.ngay_tiep_nhan,
    h.ngay_hen_tra,
    h.ngay_ket_thuc_xu_ly,
    h.trang_thai,
    h.trang_thai in (9, 10) as da_giai_quyet,
    h.trang_thai in (9, 10) and (
        h.ngay_ket_thuc_xu_ly <= h.ngay_hen_tra
        -- Midnight exactly is a day written without a time: the promise holds until that day ends.
        or (
            h.ngay_hen_tra = date_trunc('day', h.ngay_hen_tra)
            and cast(h.ngay_ket_thuc_xu_ly as date) <= cast(h.ngay_hen_tra as date)
        )
    ) as dung_han,
    coalesce(h.co_so_hoa_thanh_phan and h.co_so_hoa_ket_qua, false) as da_so_hoa,
    h.so_giay_to_phai_nop,
    h.so_giay_to_tai_su_dung,
    h.phi_le_phi,
    h.muc_hai_long,
    substr(cast(cast(h.ngay_tiep_nhan as date) as varchar), 1, 7) as ky_tiep_nhan,
    substr(cast(cast(h.ngay_ket_thuc_xu_ly as date) as varchar), 1, 7) as ky_giai_quyet,
    h.ky,
    h.nap_luc
from ho_so h
left join don_vi_hanh_chinh d
    on h.ma_xa = d.ma_xa
    and cast(h.ngay_tiep_nhan as date) >= coalesce(d.hieu_luc_tu, date '0001-01-01')
    and cast(h.ngay_tiep_nhan as date) < coalesce(d.hieu_luc_den, date '9999-12-31')
left join co_quan c
    on h.ma_don_vi = c.ma_co_quan
    and cast(h.ngay_tiep_nhan as date) >= coalesce(c.hieu_luc_tu, date '0001-01-01')
    and cast(h.ngay_tiep_nhan as date) < coalesce(c.hieu_luc_den, date '9999-12-31')
