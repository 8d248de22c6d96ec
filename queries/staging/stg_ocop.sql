-- Which OCOP products were on the list of each period, and are they sold online? Grain: one product in one period.
with nguon as (select * from san_pham_ocop)
select
    ma_san_pham,
    ten_san_pham,
    ten_chu_the,
    hang_sao,
    nhom_san_pham,
    ngay_cong_nhan,
    ngay_het_han,
    nullif(trim(ma_truy_xuat), '') as ma_truy_xuat,
    length(trim(coalesce(duong_dan_tmdt, ''))) > 0 as dang_ban_tmdt,
    ma_xa,
    ky_du_lieu as ky,
    _loaded_at as nap_luc
from nguon
