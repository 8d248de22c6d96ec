// Verdicts are written once per version, contract, transform and state of the reference lists, and never change.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { FaultError } from '../errors';
import { TRANSFORM_VERSION } from '../intake/conversion';
import { readStored } from './stored';
import type { Version } from './versions';

const verdictShape = z.object({
  verdict: z.enum(['accepted', 'partial', 'rejected']),
  rowsIn: z.number(),
  rowsAccepted: z.number(),
  rowsRejected: z.number(),
});

export type StoredVerdict = Readonly<z.infer<typeof verdictShape>>;

/** @param references state of the lists a verdict leaned on, see references.ts */
function verdictKey(version: Version, contract: Contract, references: string): string {
  return `verdict/${version.submission}/v/${version.version}/${contract.version}.${TRANSFORM_VERSION}.${references}.json`;
}

export async function readVerdict(
  control: ObjectStore,
  version: Version,
  contract: Contract,
  references: string,
): Promise<StoredVerdict | undefined> {
  return readStored(control, verdictKey(version, contract, references), verdictShape);
}

const MAX_TRIES = 5;

/** The stored verdict wins over a later one of the same key. */
export async function writeVerdict(
  control: ObjectStore,
  version: Version,
  contract: Contract,
  references: string,
  verdict: StoredVerdict,
): Promise<StoredVerdict> {
  // Rows of a version without a verdict are wanted by nobody: after an unclear answer it is written again.
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    await control.putIfAbsent(verdictKey(version, contract, references), JSON.stringify(verdictShape.parse(verdict)));
    const stored = await readVerdict(control, version, contract, references);
    if (stored) return stored;
  }
  throw new FaultError(
    'F_PUT',
    `the verdict of ${version.submission} ${version.version} could not be written: no answer.`,
  );
}

/** Every verdict of this version, whatever contract and lists it was held against. @throws InputError E_RECORD */
export async function readVerdicts(control: ObjectStore, version: Version): Promise<StoredVerdict[]> {
  const verdicts: StoredVerdict[] = [];
  for (const { key } of await control.list(`verdict/${version.submission}/v/${version.version}/`)) {
    const verdict = await readStored(control, key, verdictShape);
    if (verdict) verdicts.push(verdict);
  }
  return verdicts;
}

/** Whether any verdict of this version lets its rows in. */
export async function hasGoodVerdict(control: ObjectStore, version: Version): Promise<boolean> {
  return (await readVerdicts(control, version)).some(({ verdict }) => verdict !== 'rejected');
}

/**
 * Identity of one exact output: sha256 over what it is made from; 64 hex digits.
 * @param erasureEpoch of the suppression list the rows were held against
 */
export function effectKey(version: Version, contract: Contract, references: string, erasureEpoch: number): string {
  const parts = [version.submission, version.version, contract.version, TRANSFORM_VERSION, references, erasureEpoch];
  return createHash('sha256').update(parts.join('\u0000')).digest('hex');
}

/** Rank of the rules a writer follows, from contract and transform: a table takes no effect of a lower rank than its own. */
export function writerEpoch(contract: Contract): number {
  const [major = 0, minor = 0, patch = 0] = contract.version.split('.').map(Number);
  return ((major * 1000 + minor) * 1000 + patch) * 1000 + Number(TRANSFORM_VERSION);
}
