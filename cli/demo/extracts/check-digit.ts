// Check digits of tax codes and product bar codes. Ranges are chosen beyond what is issued, so that no number belongs to anyone.
import { padded } from './write';

const TAX_WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/** Check digit of a 10-digit Vietnamese tax code, undefined where the number cannot exist (remainder 0). */
export function taxCheckDigit(nine: string): number | undefined {
  const sum = TAX_WEIGHTS.reduce((total, weight, index) => total + weight * Number(nine[index]), 0);
  const digit = 10 - (sum % 11);
  return digit === 10 ? undefined : digit;
}

/** The nth made-up tax code: Huế's prefix 33, a series far past those issued. */
export function madeUpTaxCode(nth: number): string {
  for (let serial = nth * 3; ; serial++) {
    const nine = `3399${padded(serial, 5)}`;
    const digit = taxCheckDigit(nine);
    if (digit !== undefined) return `${nine}${digit}`;
  }
}

/** Check digit of an EAN-13 number (GS1 General Specifications, 7.9). */
export function eanCheckDigit(twelve: string): number {
  const sum = [...twelve].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}

/** The nth made-up bar code under Vietnam's prefix 893. */
export function madeUpGtin(nth: number): string {
  const twelve = `8939999${padded(nth, 5)}`;
  return `${twelve}${eanCheckDigit(twelve)}`;
}
