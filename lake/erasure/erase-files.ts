// The files as sent, the rows set aside from them and the answers to their senders, without a person. One version at a
// time: what it will be is noted, then the answer and the rows set aside are corrected, last the bytes themselves.

import type { ObjectStore, Redacted } from '../../platform/ports';
import { placeFile, placeRecord } from '../place-file';
import { deleteDraft, listDrafts } from '../submission/drafts';
import { liveOf } from '../submission/live';
import { rawOf, writeRedaction } from '../submission/raw';
import type { Receipt } from '../submission/receipt';
import { putReceipt, readWholeReceipt, receiptFolder } from '../submission/receipt-store';
import { readVersion, type Version, versionKeys } from '../submission/versions';
import { corrected, covered, toldLeftOut } from './corrected-receipt';
import type { ErasingDataset } from './erase-table';
import type { CorrectedReceipt } from './journal';
import { spellingOf } from './spelling';

/** Every version of every submission of the dataset, retracted and refused ones too. */
async function versionsOf({ contract, lake }: ErasingDataset): Promise<readonly Version[]> {
  const { control } = lake.ports.zones;
  const keys = (await versionKeys(control)).filter((key) => key.startsWith(`version/${contract.name}/`));
  return Promise.all(keys.map((key) => readVersion(control, key)));
}

export async function eraseFromFiles(
  erasing: ErasingDataset,
  onStep: (done: number, of: number) => void,
): Promise<void> {
  const versions = await versionsOf(erasing);
  for (const [i, version] of versions.entries()) {
    onStep(i, versions.length);
    await eraseFromVersion(version, versions, erasing);
    await erasing.places.release();
  }
  onStep(versions.length, versions.length);
  await deleteStrays(erasing);
  // Receipts on their way were made before the fence: their versions are judged again, and answered without the person.
  const { quarantine } = erasing.lake.ports.zones;
  for (const draft of await listDrafts(quarantine, `${erasing.contract.name}/`)) await deleteDraft(quarantine, draft);
}

type Local = { readonly path: string; readonly fileName: string };

/** @param use must be done with the copy when it returns */
async function withRedacted<T>(
  file: Local,
  { lake, contract, isErased }: ErasingDataset,
  use: (redacted: Redacted, isChanged: boolean) => Promise<T>,
): Promise<T> {
  const work = await lake.ports.workspace.open();
  try {
    const redacted = await lake.ports.redactor.redact({ ...file, contract, isErased, workDir: work.dir });
    return await use(redacted, redacted.path !== file.path);
  } finally {
    await work.close();
  }
}

async function eraseFromVersion(version: Version, all: readonly Version[], erasing: ErasingDataset): Promise<void> {
  const { lake, journal, places, subject } = erasing;
  const { control, raw } = lake.ports.zones;
  const kept = await rawOf(version, control);
  if (!(await raw.head(kept.key))) {
    await eraseAnswer(version, { leftOut: 0, records: [] }, erasing);
    return;
  }
  const path = await raw.toFile(kept.key);
  await withRedacted({ path, fileName: version.file }, erasing, async (redacted, isChanged) => {
    const leftOut = redacted.rowsLeftOut;
    await eraseAnswer(version, { leftOut, records: redacted.records ?? [] }, erasing);
    if (isChanged) {
      await journal.note('raw', kept.key, { rows: leftOut, files: 1 });
      await keepInstead(version, redacted.path, leftOut, all, erasing);
      return;
    }
    const found = await places.search(path, subject);
    if (found.isSearchable && found.matches === 0) return;
    // In a cell of somebody else's row: readers see it in the table as well, and its sender must mend it there first.
    if ((await liveOf(version.submission, erasing.contract, lake.ports))?.version === version.version) return;
    await journal.note('raw', kept.key, { rows: 0, files: 1 });
    const work = await lake.ports.workspace.open();
    try {
      // What nobody can look into is kept as an empty file: it never had rows in the table.
      await keepInstead(version, await places.cover(path, subject, work.dir), 0, all, erasing);
    } finally {
      await work.close();
    }
  });
}

/** From now on these are the version's bytes; `path` undefined: none. */
async function keepInstead(
  version: Version,
  path: string | undefined,
  leftOut: number,
  all: readonly Version[],
  { lake, epoch }: ErasingDataset,
): Promise<void> {
  const { zones, files } = lake.ports;
  const former = await rawOf(version, zones.control);
  const { sha256, sizeBytes } = path === undefined ? NO_BYTES : await files.digest(path);
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(former.key)?.[0] ?? '';
  const key = `${version.submission}/${sha256}${extension}`;
  if (path === undefined) await placeRecord(zones.raw, key, '');
  else await placeFile(zones.raw, key, { path, sizeBytes }, 'copy');
  const rowsLeftOut = former.rowsLeftOut + leftOut;
  await writeRedaction(version, { key, sha256, sizeBytes, rowsLeftOut, epoch }, zones.control);
  const same = all.filter((one) => one.submission === version.submission);
  if (!(await usedKeys(same, zones.control)).has(former.key)) await zones.raw.delete(former.key);
}

const NO_BYTES = { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', sizeBytes: 0 };

async function usedKeys(versions: readonly Version[], control: ObjectStore): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(versions.map((version) => rawOf(version, control)))).map(({ key }) => key));
}

/** Raw objects no version names any more: an erasure or a process died before it could delete or name them. */
async function deleteStrays(erasing: ErasingDataset): Promise<void> {
  const { lake, contract, journal, places, subject } = erasing;
  const { raw, control } = lake.ports.zones;
  const listed = await raw.list(`${contract.name}/`);
  // After the listing: a version that was named meanwhile is seen.
  const used = await usedKeys(await versionsOf(erasing), control);
  for (const { key } of listed) {
    if (used.has(key)) continue;
    const path = await raw.toFile(key);
    const isTheirs = await withRedacted({ path, fileName: key.slice(key.lastIndexOf('/') + 1) }, erasing, (_, is) =>
      Promise.resolve(is),
    );
    const found = await places.search(path, subject);
    if (!isTheirs && found.isSearchable && found.matches === 0) continue;
    if (!journal.isNoted('raw', key)) await journal.note('raw', key, { rows: 0, files: 1 });
    await raw.delete(key);
  }
}

interface Left {
  readonly leftOut: number;
  readonly records: readonly number[];
}

/** Receipt, and both copies of the rows set aside. */
async function eraseAnswer(version: Version, left: Left, erasing: ErasingDataset): Promise<void> {
  const { lake, journal, subject } = erasing;
  const { receipts, quarantine } = lake.ports.zones;
  const folder = receiptFolder(version);
  const key = `${folder}/rejects.csv`;
  const aside: number[] = [];
  for (const store of [quarantine, receipts]) aside.push(await rowsIn(store, key, erasing));
  const rejected = Math.max(...aside);
  const receipt = await readWholeReceipt(receipts, version);
  if (receipt && (left.leftOut > 0 || rejected > 0)) {
    await journal.correct(folder, await figuresOf(receipt, version, left, rejected, erasing));
  }
  const figures = journal.correctionOf(folder);
  if (receipt) {
    const { pattern } = spellingOf(subject);
    const right = covered(figures ? corrected(receipt, figures) : receipt, pattern);
    // The same figures again are the same bytes again.
    if (JSON.stringify(right) !== JSON.stringify(receipt)) {
      await journal.note('receipts', folder, { rows: 0, files: 1 });
      await putReceipt(receipts, folder, right);
    }
  }
  for (const [i, store] of [quarantine, receipts].entries()) {
    const rows = aside[i] ?? 0;
    if (rows === 0) continue;
    // The department's copy holds the same rows: they count once.
    await journal.note('rejects', store.location(key), { rows: store === quarantine ? rows : 0, files: 1 });
    await cutOut(store, key, erasing);
  }
}

const spareOf = (key: string): string => `${key}.redacted`;

async function rowsIn(store: ObjectStore, key: string, erasing: ErasingDataset): Promise<number> {
  if (await store.head(spareOf(key))) await store.delete(spareOf(key));
  if (!(await store.head(key))) return 0;
  const file = { path: await store.toFile(key), fileName: 'rejects.csv' };
  return withRedacted(file, erasing, ({ rowsLeftOut }, isChanged) =>
    Promise.resolve(isChanged ? Math.max(1, rowsLeftOut) : 0),
  );
}

/** The object again, without the person's rows, under its own name. */
async function cutOut(store: ObjectStore, key: string, erasing: ErasingDataset): Promise<void> {
  const file = { path: await store.toFile(key), fileName: 'rejects.csv' };
  await withRedacted(file, erasing, async ({ path }) => {
    // Beside it first: a crash in between loses nothing.
    await placeFile(store, spareOf(key), { path }, 'copy');
    const bytes = await store.get(spareOf(key));
    if (bytes) await store.put(key, bytes);
    await store.delete(spareOf(key));
  });
}

/** What the receipt says from now on. Rows that left are blank rows of the file; the sum of both stays. */
async function figuresOf(
  receipt: Receipt,
  version: Version,
  left: Left,
  rejected: number,
  { lake, contract }: ErasingDataset,
): Promise<CorrectedReceipt> {
  const { control } = lake.ports.zones;
  const records = [...left.records].slice(0, MOST_RECORDS);
  const leftOut = (await rawOf(version, control)).rowsLeftOut + left.leftOut;
  const { rowsIn, blankRows } = receipt;
  // Refused before its rows were looked at, there are no figures; told already, they are right.
  if (rowsIn === 0 || toldLeftOut(receipt) === leftOut)
    return {
      leftOut,
      rowsIn,
      rowsAccepted: receipt.rowsAccepted,
      rowsRejected: receipt.rowsRejected,
      blankRows,
      records,
    };
  const isRefused = receipt.verdict === 'rejected';
  const rowsRejected = Math.max(0, receipt.rowsRejected - (isRefused ? left.leftOut : rejected));
  const live = isRefused ? undefined : await liveOf(version.submission, contract, lake.ports);
  const isLive = live?.version === version.version;
  const byCount = Math.max(0, receipt.rowsAccepted - Math.max(0, left.leftOut - rejected));
  const rowsAccepted = isRefused ? 0 : isLive ? live.rows : byCount;
  const rows = rowsAccepted + rowsRejected;
  return { leftOut, rowsIn: rows, rowsAccepted, rowsRejected, blankRows: blankRows + rowsIn - rows, records };
}

/** Findings are kept for a thousand records at most. */
const MOST_RECORDS = 10_000;
