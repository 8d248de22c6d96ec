// The receipt as a page for the person who sent the file: verdict first, then what to mend, then the record.
import type { Bilingual } from '../errors';
import { type Html, html, htmlPage, raw } from '../html';
import { formatBytes, formatMoment, formatNumber, formatPeriod, type Lang } from '../report/format';
import type { Finding } from './finding';
import type { Receipt } from './receipt';
import { RECEIPT_CSS } from './receipt-style';
import { formerState, headline, isUnjudged, LABELS, nextStep, outcome, shownOf, shrunk } from './receipt-words';

export interface ReceiptPageOptions {
  /** Language shown first and open; the other follows, folded. */
  readonly lang: Lang;
  /** Trusted @font-face rules with data URLs. */
  readonly fontCss?: string;
  /** Findings listed on the page; the rejects file has them all. */
  readonly maxFindings?: number;
}

/** Longest cell text shown; a pasted essay must not push the table off the page. */
const MAX_FOUND = 160;

const SIGNS = {
  accepted: 'M10 22l8 8 16-17',
  partial: 'M22 10v15M22 31v3',
  rejected: 'M12 12l20 20M32 12L12 32',
} as const;

/** Share of `part` in percent with two decimals, as a CSS width. */
function share(part: number, whole: number): string {
  return `${whole > 0 ? Math.round((part / whole) * 10_000) / 100 : 0}%`;
}

function verdictBlock(receipt: Receipt, lang: Lang): Html {
  const shape = receipt.verdict === 'partial' ? 'M22 1L43 40H1Z' : 'M22 2a20 20 0 100 40a20 20 0 000-40Z';
  return html`<section class="verdict ${receipt.verdict}"><svg viewBox="0 0 44 44" aria-hidden="true"><path class="sign" d="${shape}"/><path d="${SIGNS[receipt.verdict]}" fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round"/></svg>
<h1>${headline(receipt)[lang]}</h1><p>${outcome(receipt)[lang]}</p></section>`;
}

function sumBlock(receipt: Receipt, lang: Lang): Html {
  const refused = receipt.verdict === 'rejected';
  // Refused before its rows were looked at: zeros would claim an empty file.
  if (refused && receipt.rowsIn === 0) return html`<p class="sum">${LABELS.notJudged[lang]}</p>`;
  // Where no row was found right, the file as a whole may be what is wrong, not its rows.
  const judged = refused && receipt.rowsAccepted > 0;
  const accepted = judged ? LABELS.unmarked : LABELS.accepted;
  const others = judged ? LABELS.faulty : refused ? LABELS.notTaken : LABELS.setAside;
  const count = (n: number, label: Bilingual) => html`<b>${formatNumber(n, lang)}</b> ${label[lang]}`;
  const { rowsIn, rowsAccepted, rowsRejected } = receipt;
  return html`<p class="sum">${count(rowsIn, LABELS.inFile)} = ${count(rowsAccepted, accepted)} + ${count(rowsRejected, others)}</p>${
    rowsIn > 0 &&
    html`<div class="${refused ? 'bar refused' : 'bar'}" aria-hidden="true">${
      rowsAccepted > 0 && html`<span class="in" style="width:${share(rowsAccepted, rowsIn)}"></span>`
    }${rowsRejected > 0 && html`<span class="out" style="width:${share(rowsRejected, rowsIn)}"></span>`}</div>`
  }`;
}

function ruleList(receipt: Receipt, lang: Lang): Html | undefined {
  const whole = receipt.findings.filter(({ record }) => record === null);
  const placed = new Set(receipt.findings.filter(({ record }) => record !== null).map(({ code }) => code));
  const told = new Set(whole.map(({ code }) => code).filter((code) => !placed.has(code)));
  // A rule about the whole file is told by its findings, which already say how to mend it.
  const rules = receipt.byRule
    .filter(({ code }) => !told.has(code))
    .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning') || b.count - a.count);
  if (rules.length === 0 && whole.length === 0) return undefined;
  const isWrong = [...rules, ...whole].some(({ severity }) => severity === 'error');
  const title = isUnjudged(receipt) ? LABELS.why : isWrong ? LABELS.rules : LABELS.notesOnly;
  return html`<h2>${title[lang]}</h2>${whole.map((finding) => html`<p class="whole">${finding.message[lang]} <code>${finding.code}</code></p>`)}
<ul class="rules">${rules.map(
    (rule) =>
      html`<li><span class="count">${formatNumber(rule.count, lang)}<small>${LABELS.times[lang]}</small></span><div>${
        rule.column !== null && html`${LABELS.column[lang]} <b>${rule.column}</b>: `
      }${rule.rule[lang]} <code>${rule.code}</code>${
        rule.severity === 'warning' && html`<p class="warning">${LABELS.warning[lang]}</p>`
      }<p class="fix"><i>${LABELS.fix[lang]}</i> ${rule.fix[lang]}</p></div></li>`,
  )}</ul>`;
}

function foundText(found: string | null, lang: Lang): Html {
  if (found === null || found === '') return html`<span class="none">${LABELS.empty[lang]}</span>`;
  const letters = [...found];
  return html`<code>${letters.length > MAX_FOUND ? `${letters.slice(0, MAX_FOUND).join('')}…` : found}</code>`;
}

/** The next step of a message: what follows the expected, else its last sentence; '' when it has none. */
function fixOf(finding: Finding, lang: Lang): string {
  const message = finding.message[lang];
  const wanted = `${lang === 'vi' ? 'cần' : 'expected'} ${finding.expected[lang]}`;
  const at = message.indexOf(wanted);
  if (at >= 0) return message.slice(at + wanted.length).replace(/^[\s.;:]+/, '');
  const sentences = message.split(/(?<=[.!?])\s+(?=\p{Lu})/u);
  return sentences.length > 1 ? sentences.at(-1)! : '';
}

function findingTable(receipt: Receipt, lang: Lang, max: number): Html | undefined {
  const placed = receipt.findings.filter(({ record }) => record !== null);
  if (placed.length === 0) return undefined;
  const shown = placed.slice(0, max);
  const all = receipt.findingCount - (receipt.findings.length - placed.length);
  const head = [LABELS.row, LABELS.column, LABELS.cell, LABELS.found, LABELS.expected].map((label) => label[lang]);
  const cells = (finding: Finding): readonly Html[] => [
    html`${finding.row}`,
    html`${finding.column}`,
    html`${finding.cell}`,
    // A row of the wrong shape has no cell to call empty.
    finding.column === null && finding.found === null ? html`` : foundText(finding.found, lang),
    expectedCell(finding, lang),
  ];
  return html`<h2>${LABELS.findings[lang]} ${all > shown.length && html`<small>${shownOf(shown.length, all)[lang]}</small>`}</h2><p class="more">${LABELS.codes[lang]}</p>
<table class="findings"><thead><tr>${head.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead><tbody>${shown.map(
    (finding) =>
      html`<tr>${cells(finding).map(
        (cell, i) =>
          html`<td data-label="${head[i]}"${`${cell}` === '' && raw(' class="blank"')}><span>${cell}</span></td>`,
      )}</tr>`,
  )}</tbody></table>`;
}

function expectedCell(finding: Finding, lang: Lang): Html {
  const fix = fixOf(finding, lang);
  return html`${finding.expected[lang]} <code>${finding.code}</code>${
    finding.severity === 'warning' && html` <span class="warning">${LABELS.warning[lang]}</span>`
  }${fix !== '' && html`<span class="fix"><i>${LABELS.fix[lang]}</i> ${fix}</span>`}`;
}

function headerTable(receipt: Receipt, lang: Lang): Html | undefined {
  if (receipt.headers.length === 0) return undefined;
  return html`<h2>${LABELS.headers[lang]}</h2><table><thead><tr><th scope="col">${LABELS.header[lang]}</th><th scope="col">${LABELS.meaning[lang]}</th><th scope="col">${LABELS.lakeColumn[lang]}</th></tr></thead><tbody>${receipt.headers.map(
    ({ header, column, businessName }) =>
      html`<tr${column === null && raw(' class="out"')}><td>${header === '' ? LABELS.noHeader[lang] : header}</td><td>${businessName}</td><td>${
        column === null ? LABELS.keptOut[lang] : html`<code>${column}</code>`
      }</td></tr>`,
  )}</tbody></table>`;
}

function factTable(receipt: Receipt, lang: Lang): Html {
  const facts: readonly (readonly [Bilingual, string | Html])[] = [
    [LABELS.received, `${formatMoment(receipt.receivedAt)} (${LABELS.zone[lang]})`],
    [LABELS.agency, receipt.agency],
    [LABELS.dataset, `${receipt.title} (${receipt.dataset})`],
    [LABELS.period, formatPeriod(receipt.period, lang)],
    [LABELS.size, formatBytes(receipt.sizeBytes, lang)],
    [LABELS.submission, html`<code>${receipt.submission}</code>`],
    [LABELS.version, html`<code>${receipt.version}</code>`],
    [LABELS.snapshot, receipt.snapshot === null ? LABELS.noSnapshot[lang] : html`<code>${receipt.snapshot}</code>`],
    [LABELS.contract, receipt.contractVersion],
    [LABELS.hash, html`<code>${receipt.sha256}</code>`],
  ];
  return html`<h2>${LABELS.facts[lang]}</h2><table class="facts"><tbody>${facts.map(
    ([label, value]) => html`<tr><th scope="row">${label[lang]}</th><td>${value}</td></tr>`,
  )}</tbody></table>`;
}

function section(receipt: Receipt, lang: Lang, maxFindings: number): Html {
  const alarm = shrunk(receipt);
  const rejects = receipt.verdict === 'rejected' ? LABELS.faultyRows : LABELS.rejects;
  return html`${verdictBlock(receipt, lang)}
<p class="file">${receipt.file}<small>${receipt.title} · ${formatPeriod(receipt.period, lang)}</small></p>
${sumBlock(receipt, lang)}
${alarm && html`<p class="shrunk">${alarm[lang]}</p>`}
<p class="next"><b>${LABELS.next[lang]}:</b> ${nextStep(receipt)[lang]}</p>
${receipt.rejects !== null && html`<p class="more">${rejects[lang]}: <a href="./${encodeURIComponent(receipt.rejects)}">${receipt.rejects}</a></p>`}
${ruleList(receipt, lang)}
${findingTable(receipt, lang, maxFindings)}
<h2>${LABELS.former[lang]}</h2><p>${formerState(receipt)[lang]}</p>
${
  receipt.notes.length + receipt.blankRows > 0 &&
  html`<h2>${LABELS.howRead[lang]}</h2><ul class="notes">${receipt.notes.map((note) => html`<li>${note[lang]}</li>`)}${
    receipt.blankRows > 0 && html`<li>${LABELS.blank[lang]}: ${formatNumber(receipt.blankRows, lang)}.</li>`
  }</ul>`
}
${headerTable(receipt, lang)}
${factTable(receipt, lang)}`;
}

/** One self-contained page with both languages; prints the open one. The rejects file is linked by its relative name. */
export function receiptPage(receipt: Receipt, options: ReceiptPageOptions): string {
  const { lang } = options;
  const other: Lang = lang === 'vi' ? 'en' : 'vi';
  const max = options.maxFindings ?? 50;
  // The label invites readers of the other language, so it is written in that language.
  const invitation = other === 'en' ? LABELS.other.en : LABELS.other.vi;
  const body = html`<main class="sheet">
<header><span><b>Tam Giang</b> · ${LABELS.receipt[lang]}</span><span>${formatMoment(receipt.receivedAt)}<a href="#${other}" lang="${other}">${invitation}</a></span></header>
${section(receipt, lang, max)}
<details class="other" id="${other}" lang="${other}"><summary>${invitation}</summary>
${section(receipt, other, max)}
</details>
</main>`;
  const title = `${headline(receipt)[lang]}: ${receipt.file}`;
  return htmlPage({ lang, title, css: RECEIPT_CSS, fontCss: options.fontCss, body });
}
