// Data files that were offered to a table and that no snapshot names.
import type { LakePorts } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { planFiles } from '../table/plan';
import { recordedIn } from '../table/record';

/**
 * Deletes those of the offered files that are not in the table. Nothing goes when the effect was live once and is
 * replaced by now: an earlier snapshot still names its file.
 */
export async function removeUnnamed(
  keys: readonly string[],
  effectKey: string,
  contract: Contract,
  ports: LakePorts,
): Promise<void> {
  if (keys.length === 0) return;
  const { curated } = ports.zones;
  const head = await ports.catalog.load(contract.dataset);
  const files = head ? (await planFiles(curated, head.metadata)).files : [];
  const live = new Set(files.map((file) => file.path));
  const unnamed = keys.filter((key) => !live.has(curated.location(key)));
  const isLive = files.some((file) => file.path.includes(`/${effectKey.slice(0, 16)}-`));
  if (head && !isLive && (await recordedIn(curated, head.metadata, effectKey))) return;
  for (const key of unnamed) await curated.delete(key);
}
