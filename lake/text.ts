// Small pure text functions shared by every room: search keys, slugs, nearest spellings.

/** Lower case without diacritics, đ→d, single spaces: the key under which two spellings of a Vietnamese label are equal. */
export function searchKey(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐÐ]/g, 'd')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** ASCII lower-case slug of a path segment: letters, digits, `.`, `_` and `-`; never empty, never starting with a dot. */
export function slug(text: string): string {
  const ascii = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐÐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return ascii === '' ? '_' : ascii;
}

/** Damerau-free Levenshtein distance in code units. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/**
 * The candidate nearest to `wanted` after `searchKey`; else the shortest that begins with it, contains it or is contained
 * in it, letters only: gia → gia_thi_truong. undefined when nothing is near.
 */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  const key = searchKey(wanted);
  let best: { name: string; distance: number } | undefined;
  for (const name of candidates) {
    const distance = editDistance(key, searchKey(name));
    if (!best || distance < best.distance) best = { name, distance };
  }
  if (best && best.distance <= Math.max(2, Math.floor(key.length / 2))) return best.name;
  const squeezed = key.replaceAll(' ', '');
  if (squeezed.length < 3) return undefined;
  const holding = candidates.filter((name) => {
    const other = searchKey(name).replaceAll(' ', '');
    return other.length >= 3 && (other.includes(squeezed) || squeezed.includes(other));
  });
  const begins = (name: string) => (searchKey(name).replaceAll(' ', '').startsWith(squeezed) ? 0 : 1);
  return holding.sort((a, b) => begins(a) - begins(b) || a.length - b.length)[0];
}
