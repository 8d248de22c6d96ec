// Guards a slot before anything is taken in: one file a slot in one command, and no part of a file in place of the whole.
import { createReadStream } from 'node:fs';
import { InputError } from '../lake/errors';
import { findHeader } from '../lake/intake/header';
import { submissionKey } from '../lake/submission/key';
import { liveOf } from '../lake/submission/live';
import { choosePeriod } from '../lake/submission/period';
import type { Incoming } from '../lake/submission/submit';
import { searchKey } from '../lake/text';
import { systemClock } from '../platform/local/system';
import type { LocalLake } from './context';
import { readSample } from './guess-contract';

const slotOf = (item: Incoming): string =>
  submissionKey(item.contract, choosePeriod(item, systemClock.now()).period, item.fileName);

/** @throws InputError E_SAME_SLOT: the second file would at once replace the first */
export function assertOneEach(incoming: readonly Incoming[]): void {
  const taken = new Map<string, Incoming>();
  for (const item of incoming) {
    const slot = slotOf(item);
    const other = taken.get(slot);
    if (other) {
      throw new InputError('E_SAME_SLOT', {
        vi: `Hai tệp “${other.path}” và “${item.path}” cùng vào một chỗ ${slot}: tệp sau sẽ thay toàn bộ tệp trước. Chưa nhận tệp nào. Gộp thành một tệp, hoặc gửi từng tệp với kỳ riêng: --to ${item.contract.name}/<kỳ>.`,
        en: `The files “${other.path}” and “${item.path}” both go to the slot ${slot}: the second would replace all of the first. Nothing was taken in. Join them into one file, or send each with its own period: --to ${item.contract.name}/<period>.`,
      });
    }
    taken.set(slot, item);
  }
}

/** Headers of the columns the lake adds to the rows it gives back. */
const ADDED = ['Dòng trong tệp', 'Lý do'].map(searchKey);

/** @throws InputError E_REJECTS_FILE: mended rows sent alone would push out the rows that were right */
export async function assertNoRejects(incoming: readonly Incoming[], lake: LocalLake): Promise<void> {
  for (const item of incoming) {
    const header = findHeader(await readSample(item.path), item.contract);
    const names = new Set(header?.cells.map((cell) => searchKey(cell.text)));
    if (!ADDED.every((name) => names.has(name))) continue;
    const slot = slotOf(item);
    const live = await liveOf(slot, item.contract, lake.ports);
    const rows = await countLines(item.path);
    if (!live || live.rows <= rows) continue;
    throw new InputError('E_REJECTS_FILE', {
      vi: `Tệp “${item.path}” là tệp dòng để riêng của hồ dữ liệu (có cột “Dòng trong tệp” và “Lý do”), nhiều nhất ${rows} dòng; gửi tệp này sẽ thay toàn bộ ${live.rows} dòng đang có của ${slot}. Chưa nhận gì. Hãy sửa các dòng đó trong tệp gốc rồi gửi lại cả tệp gốc.`,
      en: `The file “${item.path}” is the lake’s own file of rows set aside (it has the columns “Dòng trong tệp” and “Lý do”), ${rows} rows at most; sending it would replace all ${live.rows} rows that ${slot} holds. Nothing was taken in. Mend those rows in the original file and send the original whole.`,
    });
  }
}

/** Lines below the first: at least as many as rows. */
async function countLines(path: string): Promise<number> {
  let ends = 0;
  let last = 10;
  for await (const chunk of createReadStream(path)) {
    if (!Buffer.isBuffer(chunk)) continue;
    for (const byte of chunk) if (byte === 10) ends++;
    last = chunk.at(-1) ?? last;
  }
  return Math.max(0, ends + (last === 10 ? 0 : 1) - 1);
}
