-- Which units does each edition of the government's list hold? Grain: one commune of one edition.
with nguon as (select * from don_vi_hanh_chinh)
select
    ma_xa,
    ten_xa,
    ma_huyen,
    ten_huyen,
    ma_tinh,
    ten_tinh,
    ky_du_lieu,
    _loaded_at as nap_luc
from nguon
