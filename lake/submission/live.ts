// What of a submission readers see now.
import type { LakePorts } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { holdingsOf, MemberReader, mayConcern, membersOf } from '../table/holdings';
import { isLive } from '../table/manifest';
import { currentSnapshot } from '../table/metadata';
import { tablePorts } from '../table/transact';
import { keyOf, loadManifestList, loadManifests } from '../table/tree';
import type { Receipt } from './receipt';

export interface Live {
  /** '' when other software mixed several. */
  readonly version: string;
  readonly rows: number;
  /** Every data file is in the store with the size its manifest states. */
  readonly isWhole: boolean;
}

/** undefined: the submission was never made visible, or was taken back. A submission without rows is visible too. */
export async function liveOf(submission: string, contract: Contract, ports: LakePorts): Promise<Live | undefined> {
  const { curated } = ports.zones;
  const head = await ports.catalog.load(contract.dataset);
  if (!head) return undefined;
  const base = head.metadata;
  const refs = await loadManifestList(curated, base, currentSnapshot(base));
  const period = submission.split('/')[2];
  const read = await loadManifests(
    curated,
    base,
    refs.filter((ref) => mayConcern(base, ref, submission, period)),
  );
  const holdings = await holdingsOf(submission, read, new MemberReader(tablePorts(ports), base));
  if (holdings.length === 0) return undefined;
  const members = holdings.flatMap((holding) => membersOf(holding, submission));
  const versions = new Set(members.map((member) => member.version));
  let isWhole = true;
  for (const { entry } of holdings) {
    const found = await curated.head(keyOf(curated, base, entry.data_file.file_path));
    isWhole &&= found?.sizeBytes === Number(entry.data_file.file_size_in_bytes);
  }
  return {
    version: versions.size === 1 ? ([...versions][0] ?? '') : '',
    rows: members.reduce((sum, member) => sum + member.rows, 0),
    isWhole,
  };
}

/** As liveOf, of every submission of a dataset in one reading. */
export async function liveOfAll(contract: Contract, ports: LakePorts): Promise<ReadonlyMap<string, Live>> {
  const { curated } = ports.zones;
  const all = new Map<string, Live>();
  const head = await ports.catalog.load(contract.dataset);
  if (!head) return all;
  const base = head.metadata;
  const refs = await loadManifestList(curated, base, currentSnapshot(base));
  const sizes = new Map((await curated.list(`${contract.dataset}/`)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  const reader = new MemberReader(tablePorts(ports), base);
  for (const { entries } of await loadManifests(curated, base, refs))
    for (const entry of entries) {
      if (!isLive(entry)) continue;
      const { file_path: path, file_size_in_bytes: size } = entry.data_file;
      const isWhole = sizes.get(keyOf(curated, base, path)) === Number(size);
      for (const { sk, version, rows } of await reader.membersOf(entry)) {
        const before = all.get(sk) ?? { version, rows: 0, isWhole: true };
        const same = before.version === version ? version : '';
        all.set(sk, { version: same, rows: before.rows + rows, isWhole: before.isWhole && isWhole });
      }
    }
  return all;
}

/** Whether readers see what a receipt says they do: a table may have been lost or set back since it was written. */
export function isShown(receipt: Receipt, live: Live | undefined): boolean {
  return live?.isWhole === true && live.version === receipt.version && live.rows === receipt.rowsAccepted;
}
