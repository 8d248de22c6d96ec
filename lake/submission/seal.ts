// Judging a version and sealing its good rows: verdict once, data files under names of their own.
import type { Contract } from '../contract/contract';
import { type Suppression, suppressionOf } from '../erasure/suppression';
import { type Bilingual, FaultError } from '../errors';
import type { Conversion } from '../intake/conversion';
import { placeFile } from '../place-file';
import type { SealedEffect } from './handoff';
import type { Judged } from './judged';
import { rawOf } from './raw';
import { loadReferences, type References } from './references';
import type { Lake } from './submit';
import { effectKey, hasGoodVerdict, writerEpoch, writeVerdict } from './verdict';
import type { Version } from './versions';

/** Judges a version's bytes; its good rows are stored and ready to be offered. */
export async function judge(
  version: Version,
  contract: Contract,
  lake: Lake,
  leadNotes: readonly Bilingual[] = [],
): Promise<Judged> {
  const { ports } = lake;
  const { control, raw } = ports.zones;
  // Before anything is read: rows of whoever is erased from here on are refused by the table itself.
  const suppression = await suppressionOf(contract.dataset, control);
  const references = await loadReferences(contract, lake.codeLists, ports);
  const work = await ports.workspace.open();
  try {
    const kept = await rawOf(version, control);
    const sent = await raw.toFile(kept.key);
    const { isErased } = suppression;
    const { path, rowsLeftOut } =
      suppression.epoch === 0
        ? { path: sent, rowsLeftOut: 0 }
        : await ports.redactor.redact({ path: sent, fileName: version.file, contract, isErased, workDir: work.dir });
    const rowsSuppressed = kept.rowsLeftOut + rowsLeftOut;
    const conversion = await ports.converter.convert({
      contract: rowsSuppressed > 0 && (await hasGoodVerdict(control, version)) ? withoutFileLimits(contract) : contract,
      codeLists: lake.codeLists,
      references: references.rows,
      path,
      fileName: version.file,
      submission: version.submission,
      version: version.version,
      period: version.period,
      loadedAtMs: ports.clock.now(),
      workDir: work.dir,
    });
    // Judging may take minutes: of whoever was erased meanwhile nothing is put down.
    if ((await suppressionOf(contract.dataset, control)).epoch !== suppression.epoch) {
      await work.close();
      return judge(version, contract, lake, leadNotes);
    }
    const { verdict, rowsIn, rowsAccepted, rowsRejected } = conversion;
    await writeVerdict(control, version, contract, references.state, {
      verdict,
      rowsIn,
      rowsAccepted,
      rowsRejected,
    });
    const effect =
      verdict === 'rejected' ? undefined : await seal(version, contract, conversion, references, suppression, lake);
    return {
      file: version.file,
      version,
      contract,
      conversion,
      references,
      leadNotes,
      rowsSuppressed,
      effect,
      close: work.close,
    };
  } catch (error) {
    await work.close();
    throw error;
  }
}

/**
 * Limits of the whole file (fewest rows, share of wrong ones) were held when it came. That a person left it must not take
 * the rows of others away.
 */
function withoutFileLimits(contract: Contract): Contract {
  return { ...contract, intake: { ...contract.intake, minRows: 0, maxRejectedShare: 1 } };
}

/** Puts the good rows where the table will find them. Names are unique per attempt: a name is never written twice. */
async function seal(
  version: Version,
  contract: Contract,
  conversion: Conversion,
  references: References,
  suppression: Suppression,
  lake: Lake,
): Promise<SealedEffect> {
  const { zones, rng, clock } = lake.ports;
  const sealedAtMs = clock.now();
  const ek = effectKey(version, contract, references.state, suppression.epoch);
  const { rowsIn, rowsAccepted, rowsRejected, data } = conversion;
  if (!data) throw new FaultError('F_ROW_COUNT', `${version.submission}: accepted, but no file was written.`);
  const key = `${contract.dataset}/data/ky_du_lieu=${version.period}/${ek.slice(0, 16)}-${rng.uuid()}.parquet`;
  await placeFile(zones.curated, key, data, 'adopt');
  return {
    submission: version.submission,
    version: version.version,
    effectKey: ek,
    op: 'put',
    rowsIn,
    rowsAccepted,
    rowsRejected,
    writerEpoch: writerEpoch(contract),
    erasureEpoch: suppression.epoch,
    sealedAtMs,
    add: [
      {
        path: zones.curated.location(key),
        sizeBytes: data.sizeBytes,
        rows: data.rows,
        period: version.period,
        stats: data.stats,
      },
    ],
  };
}
