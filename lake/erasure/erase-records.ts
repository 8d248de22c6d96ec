// File names in the records of the control zone: a department may have written the number of a person into one. Nothing is
// decided by these names; what names an upload has to be gone before, because its mark will not be known by its key any more.
import { parallel } from '../parallel';
import { covered } from './corrected-receipt';
import type { Erasing } from './erase-table';
import { countMatches, spellingOf } from './spelling';

/** Records that hold names of files: of versions, and of what became of uploads. */
export const NAMING_RECORDS: readonly string[] = ['version/', 'upload/'];

const AT_ONCE = 16;

export async function coverRecords({ lake, journal, subject }: Erasing): Promise<void> {
  const { control } = lake.ports.zones;
  const { pattern } = spellingOf(subject);
  for (const prefix of NAMING_RECORDS) {
    const texts = await parallel(AT_ONCE, await control.list(prefix), async ({ key }) => {
      const text = Buffer.from((await control.get(key)) ?? []).toString('utf8');
      return countMatches(text, pattern) > 0 ? [{ key, text }] : [];
    });
    for (const { key, text } of texts.flat()) {
      await journal.note('records', key, { rows: 0, files: 1 });
      await control.put(key, JSON.stringify(covered(JSON.parse(text), pattern)));
    }
  }
}
