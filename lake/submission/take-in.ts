// Keeping the bytes of a file and giving them a place in the order, unless the lake has them and their answer already.
import type { FileDigest } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { type Suppression, suppressionOf } from '../erasure/suppression';
import type { Bilingual } from '../errors';
import { placeFile } from '../place-file';
import { retractedVersions } from './candidates';
import { markInFlight } from './in-flight';
import { isShown, liveOf } from './live';
import { rawOf, writeRedaction } from './raw';
import type { Receipt } from './receipt';
import { readWholeReceipt, receiptFolder } from './receipt-store';
import { loadReferences } from './references';
import type { Incoming, Lake, Submitted } from './submit';
import { readVerdict } from './verdict';
import { claimPlace, listVersions, newestVersion, type Origin, rawKey, type Upload, type Version } from './versions';

const LOST: Bilingual = {
  vi: 'Bảng không còn đủ các dòng của bản đã nhận trước đây: nhận lại từ đầu.',
  en: 'The table no longer held all rows of the version taken in before: it was taken in anew.',
};

const TAKEN_BACK: Bilingual = {
  vi: 'Bản trước của chính tệp này đã được rút lại: nhận lại như bản mới.',
  en: 'The former version of this very file had been taken back: it was taken in as a new one.',
};

/** A file, and its place among other uploads where those have an order. */
type Arrived = Omit<Incoming, 'period'> & { readonly origin?: Origin };

type Taken =
  | { readonly done: Omit<Submitted, 'notes'> }
  | { readonly version: Version; readonly note: Bilingual | undefined }
  | 'overtaken';

/**
 * Keeps the bytes and gives them a place in the order, unless the newest version has the same bytes, an answer, and its
 * rows in the table. A version whose rows were lost gets a new place, so that it replaces whatever is left of them.
 */
export async function takeIn(item: Arrived, submission: string, period: string, lake: Lake): Promise<Taken> {
  const { ports } = lake;
  const { control, receipts } = ports.zones;
  const digest = await ports.files.digest(item.path);
  const newest = await newestVersion(control, submission);
  let note: Bilingual | undefined;
  if (newest?.sha256 === digest.sha256) {
    // The very bytes are at hand: a raw file that was lost comes back.
    await keepBytes(newest, item, (await suppressionOf(item.contract.dataset, control)).epoch, lake);
    const live = await liveOf(submission, item.contract, ports);
    const receipt = await readWholeReceipt(receipts, newest);
    const isCut = live?.version === newest.version && !live.isWhole;
    if (!receipt && !isCut) {
      await markInFlight(newest, ports);
      return { version: newest, note };
    }
    const isGone = (await retractedVersions(control, submission)).has(newest.version);
    if (isGone) note = TAKEN_BACK;
    else if (isCut || (receipt && receipt.verdict !== 'rejected' && !isShown(receipt, live))) note = LOST;
    else if (receipt && (await stillAnswers(receipt, newest, item.contract, lake))) {
      const verdict = receipt.verdict === 'rejected' ? 'rejected' : 'unchanged';
      return { done: { file: item.fileName, verdict, receipt, receiptFolder: receiptFolder(newest) } };
    }
  }
  const version = await keep(item, submission, period, digest, lake);
  if (version === 'overtaken') return version;
  await markInFlight(version, ports);
  return { version, note };
}

/** Keeps the bytes, less whoever is erased, and claims a place in the order. */
async function keep(
  item: Arrived,
  submission: string,
  period: string,
  digest: FileDigest,
  lake: Lake,
): Promise<Version | 'overtaken'> {
  const { ports } = lake;
  const { fileName, path, origin } = item;
  const upload = { submission, period, fileName, path, ...digest, ...(origin ? { origin } : {}) };
  const before = await suppressionOf(item.contract.dataset, ports.zones.control);
  const claim = await withoutErased(item, before, lake, (kept) => claimPlace({ ...upload, ...kept }, ports));
  if (claim === 'overtaken') return claim;
  await keepBytes(claim.version, item, before.epoch, lake);
  return claim.version;
}

/** Hands over what is to be kept instead of the file as sent: nothing, unless it names somebody on the list. */
async function withoutErased<T>(
  { path, fileName, contract }: Arrived,
  { epoch, isErased }: Suppression,
  lake: Lake,
  use: (kept: Pick<Upload, 'kept'>) => Promise<T>,
): Promise<T> {
  if (epoch === 0) return use({});
  const { redactor, workspace, files } = lake.ports;
  const work = await workspace.open();
  try {
    const redacted = await redactor.redact({ path, fileName, contract, isErased, workDir: work.dir });
    // Without a row less a cell may have been emptied all the same.
    if (redacted.path === path) return await use({});
    const { path: copy, rowsLeftOut } = redacted;
    return await use({ kept: { path: copy, rowsLeftOut, ...(await files.digest(copy)) } });
  } finally {
    await work.close();
  }
}

/**
 * Makes sure that a claimed version has its bytes. An erasure between keeping and claiming may have removed them as
 * nobody's; then they are kept again, under the list as it is now.
 * @param epoch of the list that the kept bytes were held against
 */
export async function keepBytes(version: Version, item: Arrived, epoch: number, lake: Lake): Promise<void> {
  const { control, raw } = lake.ports.zones;
  const copy = await rawOf(version, control);
  const now = await suppressionOf(item.contract.dataset, control);
  if (now.epoch === epoch && (await raw.head(copy.key))) return;
  await withoutErased(item, now, lake, async ({ kept }) => {
    const file = kept ?? { path: item.path, sha256: version.sha256, sizeBytes: version.sizeBytes, rowsLeftOut: 0 };
    const { sha256, sizeBytes, rowsLeftOut } = file;
    const key = rawKey(version.submission, item.fileName, sha256);
    await placeFile(raw, key, file, 'copy');
    if (key === copy.key) return;
    await writeRedaction(version, { key, sha256, sizeBytes, rowsLeftOut, epoch: now.epoch }, control);
    // The erasure may be over by now: nobody else would come and take the bytes away that name the person.
    const others = (await listVersions(control, version.submission)).filter((one) => one.version !== version.version);
    const named = await Promise.all(others.map((one) => rawOf(one, control)));
    if (!named.some((one) => one.key === copy.key)) await raw.delete(copy.key);
  });
  await keepBytes(version, item, now.epoch, lake);
}

/** Refused rows get another chance when the lists they were held against have changed since, and so do rows that went in unchecked. */
async function stillAnswers(receipt: Receipt, version: Version, contract: Contract, lake: Lake): Promise<boolean> {
  if (receipt.contractVersion !== contract.version) return false;
  if (receipt.verdict === 'accepted' && (receipt.unchecked ?? []).length === 0) return true;
  const references = await loadReferences(contract, lake.codeLists, lake.ports);
  return (await readVerdict(lake.ports.zones.control, version, contract, references.state)) !== undefined;
}
