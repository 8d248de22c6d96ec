// Style of a receipt page: readable at 360 px, printed on A4, verdict never by colour alone.

export const RECEIPT_CSS = `
.sheet{max-width:820px;margin:0 auto;padding:20px;background:#fff}
header{display:flex;justify-content:space-between;gap:4px 16px;flex-wrap:wrap;font-size:.86em;color:#5a6876;padding-bottom:8px}
header b{color:#1f4468}
header a{color:#1f4468;margin-left:12px}
.verdict{display:grid;grid-template-columns:44px minmax(0,1fr);gap:2px 14px;align-items:center;padding:14px 16px;border-left:8px solid;border-radius:3px}
.verdict svg{width:44px;height:44px;grid-row:1/3}
.verdict h1{font-size:1.45em;line-height:1.25;font-weight:700}
.verdict p{line-height:1.4}
.accepted{background:#e6f3ea;border-color:#1d7a3e}.accepted h1{color:#14602f}.accepted .sign{fill:#1d7a3e}
.partial{background:#fdf3dc;border-color:#b87503}.partial h1{color:#7d4f00}.partial .sign{fill:#b87503}
.rejected{background:#fbe9e7;border-color:#b3261e}.rejected h1{color:#8f1d17}.rejected .sign{fill:#b3261e}
.file{font-weight:600;font-size:1.06em;margin-top:14px;overflow-wrap:anywhere}
.file small{display:block;font-weight:400;font-size:.84em;color:#5a6876}
.sum{margin-top:10px;font-size:1.02em}
.sum b{font-size:1.25em}
.bar{display:flex;height:16px;margin:6px 0 2px;border:1px solid #55636f;background:#fff}
.bar span{display:block;height:100%;min-width:0}
.bar .in{background:#5b8f6f}
.bar .out{background:repeating-linear-gradient(135deg,#b87503 0 4px,#f3d9a4 4px 8px);min-width:3px}
.bar.refused .in{background:#d5dce3}
.bar.refused .out{background:repeating-linear-gradient(135deg,#b3261e 0 4px,#f0b9b4 4px 8px)}
.next{margin-top:12px;padding:10px 14px;border:1px solid #1f4468;border-radius:3px}
.next b{color:#1f4468}
h2{font-size:1.08em;font-weight:700;color:#1f4468;margin:22px 0 6px;padding-bottom:3px;border-bottom:1px solid #cfd8e0}
h2 small{font-weight:400;color:#5a6876}
.rules{list-style:none}
.rules li{display:grid;grid-template-columns:minmax(58px,max-content) minmax(0,1fr);gap:0 12px;padding:7px 0;border-bottom:1px solid #e3e8ec;break-inside:avoid}
.rules .count{font-weight:700;font-size:1.25em;line-height:1.25;text-align:right}
.rules .count small{display:block;font-weight:400;font-size:.6em;color:#5a6876}
.fix{color:#33424f}
.findings .fix{display:block;margin-top:1px}
.shrunk{margin-top:12px;padding:10px 14px;border:2px solid #b87503;border-radius:3px;background:#fdf3dc;font-weight:600}
.fix i{font-style:normal;color:#1f4468;font-weight:600}
.warning{color:#5a6876;font-weight:600;font-size:.86em}
code{font-size:.9em;background:#f0f3f5;padding:1px 4px;border-radius:2px;white-space:pre-wrap;overflow-wrap:anywhere}
.whole{margin:6px 0;padding:8px 12px;background:#f6f7f9;border-left:3px solid #7a8794;overflow-wrap:anywhere}
table{width:100%;font-size:.88em;line-height:1.4}
th,td{padding:4px 10px 4px 0;vertical-align:top;text-align:left;border-bottom:1px solid #e3e8ec;overflow-wrap:anywhere}
thead th{color:#4a5865;border-bottom:1px solid #7a8794;white-space:nowrap}
.findings td:nth-child(1),.findings td:nth-child(3){white-space:nowrap}
.findings td code{white-space:pre-wrap}
.findings td:nth-child(2){min-width:7em}
.findings td:nth-child(4){min-width:9em}
.none{color:#5a6876;font-style:italic}
tr.out td:first-child{text-decoration:line-through;color:#5a6876}
tr.out td:last-child{font-weight:600}
.more{margin-top:6px;color:#4a5865}
a{color:#1f4468}
ul.notes{padding-left:1.5em}
.facts th{font-weight:400;color:#5a6876;width:34%}
details.other{margin-top:26px;border-top:2px solid #1f4468;padding-top:8px}
details.other>summary{cursor:pointer;font-weight:700;color:#1f4468;font-size:1.08em}
@media screen and (max-width:560px){
 .sheet{padding:12px}
 .verdict{grid-template-columns:34px minmax(0,1fr);padding:12px 10px;gap:2px 10px}
 .verdict svg{width:34px;height:34px}
 .verdict h1{font-size:1.22em}
 .findings thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
 .findings tbody,.findings tr,.findings td{display:block}
 .findings tr{padding:8px 0;border-bottom:1px solid #cfd8e0}
 .findings td,.findings td:nth-child(n){white-space:normal;min-width:0}
 .findings td{border:0;padding:1px 0;text-align:left;display:grid;grid-template-columns:92px minmax(0,1fr)}
 .findings td.blank{display:none}
 .findings td::before{content:attr(data-label);color:#5a6876}
}
@page{size:A4 portrait;margin:14mm 15mm}
@media print{
 body{font-size:9.2pt;line-height:1.35}
 .sheet{max-width:none;padding:0}
 h2{margin-top:3.4mm;break-after:avoid}
 th,td{padding-top:.6mm;padding-bottom:.6mm}
 thead{display:table-header-group}
 tr,.verdict,.next,.whole{break-inside:avoid}
 header a,details.other:not([open]){display:none}
}
`;
