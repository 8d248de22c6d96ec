// How wide a text will be drawn, near enough to keep labels inside a chart; SVG itself cannot wrap or cut.

const NARROW = /[ijlItfr.,:;'’!|()[\]\s]/;
const WIDE = /[MWmw%@—…]/;

/** Width in the units of `fontSize`, on the safe side for Vietnamese sans-serif faces. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const letter of text.normalize('NFD').replace(/\p{M}/gu, '')) {
    if (NARROW.test(letter)) ems += 0.33;
    else if (WIDE.test(letter)) ems += 0.92;
    else ems += /\p{Lu}/u.test(letter) ? 0.7 : 0.59;
  }
  return ems * fontSize;
}

/** The text, or its beginning with `…` when it would be wider than `width`. */
export function fitText(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const letters = [...text.normalize('NFC')];
  while (letters.length > 1 && textWidth(`${letters.join('').trimEnd()}…`, fontSize) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
