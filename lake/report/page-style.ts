// Style of the leaders' page: one A4 portrait sheet in print, one column on a phone.

export const PAGE_CSS = `
body{font-size:14px;line-height:1.4}
.sheet{max-width:880px;margin:0 auto;padding:20px;background:#fff}
header{display:flex;justify-content:space-between;align-items:flex-end;gap:8px 20px;flex-wrap:wrap;border-bottom:2px solid #1f4468;padding-bottom:8px}
header .province{font-size:.82em;letter-spacing:.04em;text-transform:uppercase;color:#1f4468;font-weight:600}
h1{font-size:1.5em;line-height:1.2;font-weight:700}
header .period{text-align:right;font-weight:600;font-size:1.1em;line-height:1.25}
header .period small{display:block;font-weight:400;font-size:.72em;color:#5a6876}
.banner{margin-top:10px;padding:6px 12px;border:2px solid #7d4f00;background:#fdf3dc;color:#5c3a00;font-weight:700;text-align:center}
h2{font-size:1em;font-weight:700;color:#1f4468;margin-bottom:4px}
.top{display:grid;grid-template-columns:minmax(0,1fr);gap:14px;margin:12px 0}
.top.with-map{grid-template-columns:minmax(0,4fr) minmax(0,3fr)}
.attention{font-size:.93em}
.attention ol{list-style:none}
.attention li{padding:4px 0 4px 26px;position:relative;border-top:1px solid #e3e8ec}
.attention li:first-child{border-top:0}
.no{display:inline-block;min-width:1.55em;padding:0 .3em;border-radius:.8em;background:#e3e9ef;color:#1f4468;text-align:center;font-size:.82em;font-weight:700;line-height:1.55em}
.attention .no{position:absolute;left:0;top:5px}
.attention .missed .no,.tile.missed .no{background:#a8201a;color:#fff}
.attention .more{color:#5a6876;padding-left:26px}
.chart{display:block;width:100%;height:auto}
figure.map{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:10px;align-items:start}
figure.map .area.none{stroke:#9aa6b1}
figcaption{font-size:.78em;line-height:1.35}
figcaption ul,figcaption ol{list-style:none}
.legend li{padding-left:20px;position:relative;margin-bottom:2px}
.legend .n{color:#5a6876;white-space:nowrap}
.swatch{position:absolute;left:0;top:.28em;width:14px;height:10px}
.worst{counter-reset:w;border-top:1px solid #d5dce3;margin-top:4px;padding-top:4px}
.worst li{counter-increment:w;display:flex;gap:.4em}
.worst li::before{content:counter(w);font-weight:700;min-width:.8em}
.worst span{flex:1}
.worst b{white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}
.tile{border:1px solid #cfd8e0;border-top:3px solid #7d9bb8;padding:8px 12px 7px;display:flex;flex-direction:column;min-width:0;background:#fff}
.tile:last-child:nth-child(odd){grid-column:1/-1}
.tile.missed{border-top-color:#a8201a}
.tile.no-data{border-top-style:dashed;border-top-color:#7a8794}
.tile h3{font-size:1em;line-height:1.3;font-weight:600}
.now{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 12px;align-items:center;margin:4px 0 6px}
.value b{display:block;font-size:2em;line-height:1.1;font-weight:700;white-space:nowrap}
.value b.long{font-size:1.5em}
.value small{display:block;font-size:.78em;color:#5a6876;max-width:9em;line-height:1.25}
.missed .value b{color:#a8201a}
.no-data .now{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.no-data .value b{font-size:1.15em;line-height:1.3;white-space:normal}
.no-data .value small{max-width:none}
.compare{font-size:.8em;line-height:1.4;justify-self:end}
.compare th{font-weight:400;color:#5a6876;padding-right:8px;white-space:nowrap;vertical-align:top}
.compare td{padding-right:8px;white-space:nowrap;vertical-align:top}
.compare td:last-child{padding-right:0;white-space:normal}
.missed .compare .against{color:#a8201a;font-weight:600}
.none{color:#5a6876;font-style:italic}
.plot{flex:1;display:flex;flex-direction:column;justify-content:center}
.foot small{font-size:.92em;color:#5a6876;white-space:nowrap}
.foot{font-size:.76em;line-height:1.35;color:#4a5865;margin-top:5px;padding-top:4px;border-top:1px solid #e3e8ec}
.foot::first-letter{text-transform:uppercase}
.foot .partial{color:#1b2733;font-weight:600}
details{margin-top:5px;font-size:.8em}
summary{cursor:pointer;color:#1f4468}
pre{overflow-x:auto;background:#f3f5f7;padding:8px;font-size:.95em;line-height:1.4;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0 0}
.end{margin-top:14px;font-size:.76em;line-height:1.35;color:#4a5865}
.end h2{font-size:1.1em;margin:0 0 2px}
.sources{display:grid;grid-template-columns:minmax(0,1fr);gap:0 20px}
.sources.halves{grid-template-columns:repeat(2,minmax(0,1fr))}
.sources table{width:100%}
.sources th,.sources td{padding:1px 6px 1px 0;border-bottom:1px solid #e3e8ec;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.sources .num{text-align:right;white-space:nowrap;padding-right:0}
.end p{margin-top:4px}
@media screen and (max-width:640px){
 .sheet{padding:14px 12px}
 header .period{text-align:left}
 .top.with-map,.tiles,.sources.halves{grid-template-columns:minmax(0,1fr)}
 .now,.no-data .now,figure.map{grid-template-columns:minmax(0,1fr)}
 .compare{justify-self:start}
 .sources table+table tr:first-child{display:none}
 .sources th:nth-child(3),.sources td:nth-child(3){white-space:nowrap}
 .sources td:first-child{width:27%}
}
@page{size:A4 portrait;margin:9mm 10mm}
@media print{
 body{font-size:8.4pt;line-height:1.3}
 .sheet{max-width:none;padding:0;display:flex;flex-direction:column}
 .sheet.one-page{height:277mm}
 header{padding-bottom:1mm}
 .banner{margin-top:1.4mm;padding:.6mm 2mm}
 .top{margin:1.8mm 0;gap:5mm}
 .attention li{padding-top:.6mm;padding-bottom:.6mm}
 .attention .no{top:.8mm}
 .tiles{flex:1;min-height:0;grid-auto-rows:minmax(0,1fr);gap:2mm}
 .tile{break-inside:avoid;padding:1mm 2.6mm .8mm}
 .one-page .tile{min-height:0;overflow:hidden}
 .tile details{display:none}
 .now{margin:.4mm 0 .6mm}
 .plot{min-height:0}
 .one-page .plot .chart{height:100%;max-height:36mm}
 .foot{margin-top:.6mm;padding-top:.4mm;line-height:1.25}
 .end{margin-top:1.8mm;font-size:6.3pt;line-height:1.25;break-inside:avoid}
 .sources th,.sources td{padding-top:0;padding-bottom:0}
 .end p{margin-top:.5mm}
}
`;
