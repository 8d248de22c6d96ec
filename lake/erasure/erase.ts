// A person leaves the lake: every table, every former state, every file, every answer. A reconcile loop: it looks for
// what is left and takes it away until nothing is found, so it may be killed anywhere and run again.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { InputError } from '../errors';
import { placeRecord } from '../place-file';
import { readStored } from '../submission/stored';
import { contractOfTable, type Lake } from '../submission/submit';
import { type Certificate, readCertificate, writeCertificate } from './certificate';
import { eraseFromFiles } from './erase-files';
import { coverRecords } from './erase-records';
import {
  deleteFiles,
  dropFormer,
  dropShowing,
  type Erasing,
  type ErasingDataset,
  fence,
  rewriteLive,
  showEmptied,
} from './erase-table';
import { Journal } from './journal';
import type { ErasurePlaces, Trace } from './places';
import { COVERED, countMatches, spellingOf } from './spelling';
import { normaliseSubject, subjectHash, suppress, suppressionOf } from './suppression';
import { plainPlaces } from './zone-places';

export interface ErasureRequest {
  /** The number as the person gave it; spaces, dots and hyphens do not matter. Written nowhere. */
  readonly subject: string;
  /** Table or contract names. Default: every dataset with a subject column. */
  readonly datasets?: readonly string[];
  /** Goes on the certificate; must not name the person. */
  readonly reason: string;
  /** Default: made from the number's hash, so that the same request goes on where it was killed. */
  readonly requestId?: string;
}

export interface EraseStep {
  /** `outlast`: `done` and `of` are minutes. */
  readonly what: 'fence' | 'table' | 'history' | 'files' | 'derived' | 'places' | 'probe' | 'outlast';
  /** '' when it is no dataset's. */
  readonly dataset: string;
  readonly done: number;
  readonly of: number;
}

/** Shorter ones would be found in everything. */
const SHORTEST_SUBJECT = 8;
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What is written while the loop runs is found by the next round; more rounds mean that somebody keeps bringing it. */
const MOST_ROUNDS = 3;

/**
 * Erases a person and proves it.
 * @param places looks into files and reaches what no zone owns; default: the zones alone, objects searched as text
 * @returns the certificate; the one already issued when nothing was left to do
 * @throws InputError E_ERASE_SUBJECT, E_ERASE_DATASET, E_ERASE_REQUEST, E_ERASE_LEFT naming what still holds the number,
 *   E_TABLE, E_FOREIGN_WRITE, E_DELETE_FILES
 */
export async function erase(
  request: ErasureRequest,
  lake: Lake,
  onStep: (step: EraseStep) => void = () => {},
  places: ErasurePlaces = plainPlaces(lake),
): Promise<Certificate> {
  const { subject, reason } = request;
  const contracts = erasable(request, lake);
  const { control } = lake.ports.zones;
  const hash = await subjectHash(subject, control, lake.ports.rng);
  const requestId = request.requestId ?? defaultRequestId(hash);
  await claimRequest(requestId, hash, lake);
  const cover = (text: string) => text.replace(spellingOf(subject).pattern, COVERED);
  const erasing: Erasing = { lake, places, subject, journal: await Journal.open(control, requestId, cover) };
  const datasets: ErasingDataset[] = [];
  for (const [i, contract] of contracts.entries()) {
    onStep({ what: 'fence', dataset: contract.dataset, done: i, of: contracts.length });
    const epoch = await suppress(contract.dataset, subject, requestId, control, lake.ports.rng);
    const { isErased } = await suppressionOf(contract.dataset, control);
    datasets.push({ ...erasing, contract, epoch, isErased });
    await fence({ ...erasing, contract, epoch, isErased });
  }
  let isOutlasted = places.outlastMs === undefined;
  for (let round = 1; ; round++) {
    const before = erasing.journal.progress;
    for (const dataset of datasets) await eraseDataset(dataset, onStep);
    await eraseDerived(erasing, onStep);
    onStep({ what: 'places', dataset: '', done: 0, of: 1 });
    for (const one of await places.tidy(subject, (value) => datasets.some(({ isErased }) => isErased(value))))
      await erasing.journal.note(one.place, one.name, { rows: one.rows, files: 1 });
    await coverRecords(erasing);
    const probedAtMs = lake.ports.clock.now();
    const probe = await places.probe(subject, (done, of) => onStep({ what: 'probe', dataset: '', done, of }));
    const found = probe.traces.filter(({ matches }) => matches > 0);
    if (found.length === 0 && !isOutlasted) {
      await outlast(probedAtMs + (places.outlastMs ?? 0), lake.ports.clock, onStep);
      isOutlasted = true;
      round = 0;
    } else if (found.length === 0) {
      const notSearchable = probe.traces.filter(({ isSearchable }) => !isSearchable).length;
      const stores = probe.stores ? { stores: [...probe.stores] } : {};
      const proof = { files: probe.files, found: 0, notSearchable, ...stores } as const;
      return certify(requestId, hash, reason, datasets, proof, erasing);
    } else if (round === MOST_ROUNDS || (round > 1 && erasing.journal.progress === before))
      throw leftBehind(found, cover);
  }
}

const PAUSE_MS = 10_000;
const MINUTE_MS = 60_000;

/**
 * Waits until everybody is gone who may have read the person before. Counted from the probe that found nothing, not from the
 * fence: until tables are rewritten, merging copies whatever is live.
 */
async function outlast(untilMs: number, clock: Clock, onStep: (step: EraseStep) => void): Promise<void> {
  const of = Math.ceil((untilMs - clock.now()) / MINUTE_MS);
  for (let leftMs = untilMs - clock.now(); leftMs > 0; leftMs = untilMs - clock.now()) {
    onStep({ what: 'outlast', dataset: '', done: of - Math.ceil(leftMs / MINUTE_MS), of });
    await clock.sleep(PAUSE_MS);
  }
}

/** An id that tells nothing: of a hash under the home's own key. */
function defaultRequestId(hash: string): string {
  return `xoa-${createHash('sha256').update(hash).digest('hex').slice(0, 12)}`;
}

/** The contracts asked for, checked with the rest of the request before anything is written. */
export function erasable({ subject, datasets, reason, requestId }: ErasureRequest, lake: Lake): readonly Contract[] {
  if (normaliseSubject(subject).length < SHORTEST_SUBJECT)
    throw new InputError('E_ERASE_SUBJECT', {
      vi: `Số định danh quá ngắn: cần ít nhất ${SHORTEST_SUBJECT} chữ số hoặc chữ cái (số định danh cá nhân có 12 chữ số).`,
      en: `The number is too short: expected at least ${SHORTEST_SUBJECT} digits or letters (a personal identity number has 12).`,
    });
  if (requestId !== undefined && !REQUEST_ID.test(requestId))
    throw new InputError('E_ERASE_REQUEST', {
      vi: 'Mã yêu cầu không hợp lệ: chỉ dùng chữ không dấu, số và dấu . _ -, nhiều nhất 64 ký tự.',
      en: 'The request id is not allowed: use ASCII letters, digits and . _ -, at most 64 characters.',
    });
  const { pattern } = spellingOf(subject);
  if (countMatches(reason, pattern) + countMatches(requestId ?? '', pattern) > 0)
    throw new InputError('E_ERASE_REQUEST', {
      vi: 'Lý do hoặc mã yêu cầu có chứa số định danh của người cần xóa; các nội dung này được lưu lại. Hãy ghi số công văn hoặc số đơn thay vào đó.',
      en: 'The reason or the request id holds the number of the person to erase; both are kept. Write the number of the letter or of the application instead.',
    });
  const all = [...lake.contracts.values()].filter((contract) => contract.columns.some((column) => column.subjectId));
  if (datasets === undefined) return all;
  return datasets.map((name) => {
    const contract = contractOfTable(name, lake);
    if (all.includes(contract)) return contract;
    const names = all.map((one) => one.dataset).join(', ');
    throw new InputError('E_ERASE_DATASET', {
      vi: `Bộ dữ liệu “${contract.dataset}” không có cột định danh người (subjectId) trong hợp đồng dữ liệu; các bộ có: ${names}.`,
      en: `The dataset “${contract.dataset}” has no column that identifies people (subjectId) in its contract; those that have: ${names}.`,
    });
  });
}

const auditShape = z.object({ requestId: z.string(), subject: z.string() });

/** The audit keeps the id and the hash, nothing else. An id is one person's for ever. */
async function claimRequest(requestId: string, hash: string, lake: Lake): Promise<void> {
  const { control } = lake.ports.zones;
  const key = `erasure/audit/${requestId}.json`;
  await placeRecord(control, key, JSON.stringify({ requestId, subject: hash }));
  const claimed = await readStored(control, key, auditShape);
  if (claimed === undefined || claimed.subject === hash) return;
  throw new InputError('E_ERASE_REQUEST', {
    vi: `Mã yêu cầu “${requestId}” đã dùng cho một người khác. Hãy chọn mã khác.`,
    en: `The request id “${requestId}” was used for another person. Choose another one.`,
  });
}

async function eraseDataset(erasing: ErasingDataset, onStep: (step: EraseStep) => void): Promise<void> {
  const { dataset } = erasing.contract;
  onStep({ what: 'table', dataset, done: 0, of: 1 });
  await rewriteLive(erasing);
  await showEmptied(erasing);
  onStep({ what: 'history', dataset, done: 0, of: 1 });
  await dropShowing(erasing);
  await deleteFiles(dataset, erasing, erasing);
  await eraseFromFiles(erasing, (done, of) => onStep({ what: 'files', dataset, done, of }));
}

/** Tables computed from others: anew, and without a past, because the past was computed with the person. */
async function eraseDerived(erasing: Erasing, onStep: (step: EraseStep) => void): Promise<void> {
  const { lake, journal, places } = erasing;
  const totals = journal.totals();
  if (!totals.has('table') && !totals.has('history')) return;
  onStep({ what: 'derived', dataset: '', done: 0, of: 1 });
  const files = await places.refresh();
  if (files > 0) await journal.note('derived', 'former', { rows: 0, files });
  const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
  for (const table of await lake.ports.catalog.list()) {
    if (datasets.has(table)) continue;
    await dropFormer(table, erasing);
    await deleteFiles(table, erasing);
    await journal.note('derived', table, { rows: 0, files: 1 });
  }
}

const LISTED = 10;

function leftBehind(found: readonly Trace[], cover: (text: string) => string): InputError {
  const names = found.slice(0, LISTED).map(({ name }) => cover(name));
  const more = found.length - names.length;
  const list = (rest: string) => `${names.join(', ')}${more > 0 ? rest : ''}`;
  return new InputError('E_ERASE_LEFT', {
    vi: `Số định danh vẫn còn trong ${found.length} tệp, nên chưa cấp xác nhận: ${list(` và ${more} tệp nữa`)}. Nếu số nằm trong dòng của người khác hoặc trong cột không định danh, cơ quan gửi cần sửa tệp và gửi lại; nếu có lệnh khác đang chạy, đợi lệnh đó xong; rồi chạy lại lệnh này.`,
    en: `The number still stands in ${found.length} files, so no certificate is issued: ${list(` and ${more} more`)}. Where it stands in somebody else’s row or in a column that identifies nobody, the department must correct its file and send it again; where another command is running, wait for it; then run this command again.`,
  });
}

async function certify(
  requestId: string,
  hash: string,
  reason: string,
  datasets: readonly ErasingDataset[],
  probe: Certificate['probe'],
  { lake, journal }: Erasing,
): Promise<Certificate> {
  const { control } = lake.ports.zones;
  const removed = Object.fromEntries(journal.totals());
  const isEmpty = Object.keys(removed).length === 0;
  let id = requestId;
  let issued = await readCertificate(control, id);
  // Something came up after a certificate was issued: another one beside it. The same figures are the same certificate,
  // written by a process that died right after.
  for (let n = 2; issued && !isEmpty && JSON.stringify(issued.removed) !== JSON.stringify(removed); n++) {
    id = `${requestId}~${n}`;
    issued = await readCertificate(control, id);
  }
  const certificate =
    issued ??
    (await writeCertificate(control, {
      requestId: id,
      subject: hash.slice(0, 16),
      reason,
      issuedAt: new Date(lake.ports.clock.now()).toISOString(),
      datasets: datasets.map(({ contract, epoch }) => ({ dataset: contract.dataset, title: contract.title, epoch })),
      removed,
      retiredTags: [...journal.retiredTags],
      probe,
    }));
  await journal.close();
  return certificate;
}
