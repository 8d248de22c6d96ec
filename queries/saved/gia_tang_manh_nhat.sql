-- Tuần mới nhất, mặt hàng nào tăng giá mạnh nhất so với tuần trước, ở chợ nào? Mỗi dòng một mặt hàng ở một chợ.
with tuan_moi as (select max(tuan) as tuan from fct_gia)
select
    g.tuan,
    g.ten_mat_hang,
    g.ma_cho,
    g.don_vi_tinh,
    round(g.gia_tuan_truoc, 0) as gia_tuan_truoc,
    round(g.gia_tb, 0) as gia_tuan_nay,
    round(100 * g.ty_le_thay_doi, 1) as tang_phan_tram
from fct_gia g
join tuan_moi t on g.tuan = t.tuan
where g.ty_le_thay_doi > 0
order by g.ty_le_thay_doi desc, g.ten_mat_hang, g.ma_cho
limit 20
