// Markup for every page of the lake: values are escaped unless they are markup already. Pages need no script and fetch nothing.

/** Markup that is safe to place in a page. Made only by `html` and `raw`. */
export class Html {
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

export type HtmlPart = string | number | Html | null | undefined | false | readonly HtmlPart[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that draw nothing yet change what a reader sees: controls, bidi marks, zero widths, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

function showUnseen(character: string): string {
  if (character === '\n' || character === '\t' || character === '\r') return character;
  return `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** Text for element content and for quoted attributes, in HTML and in SVG; unseen characters appear as `[U+202E]`. */
export function escapeHtml(text: string): string {
  return text.replace(UNSEEN, showUnseen).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function render(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(render).join('');
}

/**
 * Template tag: every value is escaped, except `Html`; lists are joined; null, undefined and false are nothing.
 * Attributes must be quoted in the template.
 * @example html`<td title="${name}">${cells}</td>`
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return new Html(template.reduce((text, piece, i) => text + render(values[i - 1]) + piece));
}

/** Takes text as markup. Only for text of our own: styles, fonts, constants. */
export function raw(markup: string): Html {
  return new Html(markup);
}

const BASE_CSS = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:#eef1f4;color:#1b2733;font:15px/1.5 'Be Vietnam Pro',system-ui,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif;
 -webkit-print-color-adjust:exact;print-color-adjust:exact;font-variant-numeric:tabular-nums}
h1,h2,h3,p,ul,ol,table,figure,dl,dd{margin:0;padding:0}
table{border-collapse:collapse}
th{text-align:left;font-weight:600}
code,pre{font-family:ui-monospace,'Cascadia Mono',Consolas,'Noto Sans Mono','DejaVu Sans Mono',monospace}
.skip{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{body{background:#fff}}
`;

/**
 * A whole self-contained page. The policy forbids scripts and every request; fonts come inside `fontCss` as data URLs.
 * `css` and `fontCss` are trusted.
 */
export function htmlPage(page: {
  readonly lang: 'vi' | 'en';
  readonly title: string;
  readonly css: string;
  readonly fontCss?: string | undefined;
  readonly body: Html;
}): string {
  return html`<!doctype html>
<html lang="${page.lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${raw(page.fontCss ?? '')}${raw(BASE_CSS)}${raw(page.css)}</style>
</head>
<body>
${page.body}
</body>
</html>
`.toString();
}
