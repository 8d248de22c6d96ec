-- What was each dossier's state in each period? Grain: one dossier in one period; ky_sau is the period that supersedes it.
with nguon as (select * from ho_so_tthc),
xep_hang as (
    select
        n.*,
        row_number() over (
            partition by n.ma_ho_so, n.ky_du_lieu
            order by n._loaded_at desc, n._version desc, n._row desc
        ) as thu_tu
    from nguon n
)
select
    ma_ho_so,
    ma_tthc,
    ten_tthc,
    ma_linh_vuc,
    ten_linh_vuc,
    ma_don_vi_tiep_nhan,
    coalesce(nullif(don_vi_xu_ly, ''), ma_don_vi_tiep_nhan) as ma_don_vi,
    ma_xa,
    kenh_tiep_nhan,
    muc_do_dvc,
    ngay_nop,
    ngay_tiep_nhan,
    ngay_hen_tra,
    ngay_ket_thuc_xu_ly,
    ngay_tra,
    trang_thai,
    co_so_hoa_thanh_phan,
    co_so_hoa_ket_qua,
    so_giay_to_phai_nop,
    so_giay_to_tai_su_dung,
    phi_le_phi,
    da_thanh_toan_truc_tuyen,
    muc_hai_long,
    ky_du_lieu as ky,
    lead(ky_du_lieu) over (partition by ma_ho_so order by ky_du_lieu) as ky_sau,
    _loaded_at as nap_luc
from xep_hang
where thu_tu = 1
