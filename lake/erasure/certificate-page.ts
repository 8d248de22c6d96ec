// The certificate as a page for the person who asked: Vietnamese first, English below. No number, no name.
import type { Bilingual } from '../errors';
import { type Html, html, htmlPage } from '../html';
import { formatMoment, formatNumber, type Lang } from '../report/format';
import { RECEIPT_CSS } from '../submission/receipt-style';
import type { Certificate } from './certificate';
import { PLACES, type PlaceName } from './journal';

export const PLACE_WORDS: Readonly<Record<PlaceName, Bilingual>> = {
  table: { vi: 'Bảng số liệu đang dùng', en: 'Tables in use' },
  history: { vi: 'Trạng thái cũ của bảng (đã bỏ)', en: 'Former states of tables (dropped)' },
  orphans: { vi: 'Tệp số liệu dở dang, không còn dùng', en: 'Unfinished data files, no longer used' },
  derived: { vi: 'Bảng chuyên đề, chỉ tiêu (tính lại)', en: 'Marts and KPIs (computed anew)' },
  raw: { vi: 'Tệp gốc các cơ quan đã gửi', en: 'Files as the agencies sent them' },
  rejects: { vi: 'Dòng để riêng chờ sửa', en: 'Rows set aside for mending' },
  receipts: { vi: 'Biên nhận', en: 'Receipts' },
  records: { vi: 'Tên tệp trong sổ ghi nhận', en: 'File names in records' },
  ingest: { vi: 'Thư mục nhận tệp', en: 'Incoming folder' },
  reports: { vi: 'Báo cáo', en: 'Reports' },
  answers: { vi: 'Kết quả truy vấn', en: 'Answers of queries' },
  versions: { vi: 'Phiên bản cũ của tệp', en: 'Former versions of files' },
  former: { vi: 'Bản bảng cũ giữ lại sau khi dựng lại', en: 'Former tables kept by a rebuild' },
};

const WORDS = {
  title: { vi: 'Xác nhận đã xóa dữ liệu cá nhân', en: 'Certificate of erasure of personal data' },
  lead: {
    vi: 'Dữ liệu cá nhân của người yêu cầu đã được xóa khỏi hồ dữ liệu, kể cả các bản cũ, và không thể nhập lại.',
    en: 'The personal data of the person who asked has been erased from the lake, former versions included, and cannot come in again.',
  },
  later: {
    vi: 'Tệp gửi về sau nếu còn nêu người này, dòng đó sẽ bị bỏ ra; cơ quan gửi được báo số dòng, không được báo là ai.',
    en: 'Where a later file names this person, that row is left out; its sender is told how many rows, not whose.',
  },
  request: { vi: 'Mã yêu cầu', en: 'Request' },
  reason: { vi: 'Lý do', en: 'Reason' },
  subject: { vi: 'Dấu của số định danh (không suy ngược được)', en: 'Mark of the number (cannot be turned back)' },
  issued: { vi: 'Hoàn tất lúc', en: 'Finished at' },
  datasets: { vi: 'Bộ dữ liệu', en: 'Datasets' },
  removed: { vi: 'Đã xóa', en: 'Removed' },
  place: { vi: 'Nơi', en: 'Place' },
  rows: { vi: 'Dòng', en: 'Rows' },
  files: { vi: 'Tệp', en: 'Files' },
  nothing: {
    vi: 'Không có dòng nào: hồ dữ liệu không có dữ liệu của người này.',
    en: 'Nothing: the lake held no data of this person.',
  },
  tags: { vi: 'Bản phát hành không còn dùng được', en: 'Releases that can no longer be used' },
  probe: { vi: 'Kiểm tra lại', en: 'Check afterwards' },
  law: {
    vi: 'Căn cứ: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; Nghị định 356/2025/NĐ-CP.',
    en: 'Legal basis: Law on Personal Data Protection 91/2025/QH15; Decree 356/2025/NĐ-CP.',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

function probeText({ probe }: Certificate): Bilingual {
  const more = probe.notSearchable;
  const where = probe.stores ? ` (${probe.stores.join(', ')})` : '';
  return {
    vi: `Đã tìm trong ${formatNumber(probe.files, 'vi')} tệp${where && `, kể cả phiên bản cũ${where}`}: không còn số định danh này ở đâu.${more > 0 ? ` ${more} tệp của bộ dữ liệu khác không đọc được nội dung (sổ tính cũ, PDF).` : ''}`,
    en: `${formatNumber(probe.files, 'en')} files were searched${where && `, former versions included${where}`}: the number stands nowhere any more.${more > 0 ? ` ${more} files of other datasets cannot be looked into (old workbooks, PDF).` : ''}`,
  };
}

function section(certificate: Certificate, lang: Lang): Html {
  const { requestId, reason, subject, issuedAt, datasets, removed, retiredTags } = certificate;
  const facts: readonly (readonly [Bilingual, Html | string])[] = [
    [WORDS.request, html`<code>${requestId}</code>`],
    [WORDS.reason, reason],
    [WORDS.subject, html`<code>${subject}</code>`],
    [WORDS.issued, `${formatMoment(issuedAt)} (UTC+7)`],
    [
      WORDS.datasets,
      html`${datasets.map(({ title, dataset }, i) => html`${i > 0 && ', '}${title} <code>${dataset}</code>`)}`,
    ],
  ];
  const places = PLACES.flatMap((place) => {
    const count = removed[place];
    return count ? [{ words: PLACE_WORDS[place], ...count }] : [];
  });
  return html`<section class="verdict accepted"><svg viewBox="0 0 44 44" aria-hidden="true"><path class="sign" d="M22 2a20 20 0 100 40a20 20 0 000-40Z"/><path d="M10 22l8 8 16-17" fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round"/></svg>
<h1>${WORDS.title[lang]}</h1><p>${WORDS.lead[lang]}</p></section>
<table class="facts"><tbody>${facts.map(([label, value]) => html`<tr><th scope="row">${label[lang]}</th><td>${value}</td></tr>`)}</tbody></table>
<h2>${WORDS.removed[lang]}</h2>
${
  places.length === 0
    ? html`<p>${WORDS.nothing[lang]}</p>`
    : html`<table><thead><tr><th scope="col">${WORDS.place[lang]}</th><th scope="col">${WORDS.rows[lang]}</th><th scope="col">${WORDS.files[lang]}</th></tr></thead><tbody>${places.map(
        ({ words, rows, files }) =>
          html`<tr><td>${words[lang]}</td><td>${rows > 0 ? formatNumber(rows, lang) : '–'}</td><td>${formatNumber(files, lang)}</td></tr>`,
      )}</tbody></table>`
}
${retiredTags.length > 0 && html`<h2>${WORDS.tags[lang]}</h2><p>${retiredTags.join(', ')}</p>`}
<h2>${WORDS.probe[lang]}</h2><p>${probeText(certificate)[lang]}</p>
<p class="next">${WORDS.later[lang]}</p>
<p class="more">${WORDS.law[lang]}</p>`;
}

/** One self-contained page with both languages. */
export function certificatePage(certificate: Certificate): string {
  const body = html`<main class="sheet">
<header><span><b>Tam Giang</b></span><span>${formatMoment(certificate.issuedAt)}</span></header>
${section(certificate, 'vi')}
<details class="other" id="en" lang="en"><summary>English</summary>
${section(certificate, 'en')}
</details>
</main>`;
  return htmlPage({ lang: 'vi', title: WORDS.title.vi, css: RECEIPT_CSS, body });
}
