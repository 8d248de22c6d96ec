-- Tháng mới nhất, trạm nào vượt ngưỡng nhiều giờ nhất, ở thông số nào, cao nhất gấp mấy lần? Mỗi dòng một trạm và thông số.
with thang as (select max(ky) as ky from fct_quan_trac)
select
    q.ma_tram,
    coalesce(max(q.ten_co_so), q.ma_tram) as ten_co_so,
    q.ma_thong_so,
    count(*) as so_gio_vuot,
    min(q.gio) as gio_dau,
    max(q.gio) as gio_cuoi,
    round(max(q.boi_so), 2) as cao_nhat_gap,
    max(q.can_cu) as can_cu
from fct_quan_trac q
join thang t on q.ky = t.ky
where q.vuot_nguong
group by q.ma_tram, q.ma_thong_so
order by so_gio_vuot desc, q.ma_tram, q.ma_thong_so
limit 50
