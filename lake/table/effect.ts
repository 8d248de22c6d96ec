// One submission's wish to a table, and what must hold before it may be written.
import { FaultError } from '../errors';
import { type DataFile, SUBMISSION_FIELD } from './data-file';
import { onlyText } from './ownership';
import { shortKey } from './record';

export interface Effect {
  /** Submission key `agency/dataset/period[/part]`. */
  readonly submission: string;
  readonly version: string;
  /** 64 hex digits; the first 16 begin the name of every file in `add`. */
  readonly effectKey: string;
  readonly op: 'put' | 'retract';
  readonly rowsIn: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  /** A `put` without rows adds a file without rows: its name tells that the effect is live. */
  readonly add: readonly DataFile[];
  /** Rank of the contract and transform that judged it; absent: the table's. */
  readonly writerEpoch?: number;
  /** Of the suppression list the rows were held against; absent: none is needed. */
  readonly erasureEpoch?: number;
  /** When the files were written; files older than the lease may be gone. Absent: just now. */
  readonly sealedAtMs?: number;
}

function fault(effect: Effect, what: string): FaultError {
  return new FaultError('F_EFFECT', `${effect.submission} version ${effect.version}: ${what}.`);
}

/**
 * Refuses an effect that would break the table's promises: rows are conserved, every file holds this submission only and
 * is named after its effect, and all files lie in one partition.
 * @throws FaultError F_EFFECT
 */
export function checkEffect(effect: Effect): void {
  const rows = effect.add.reduce((sum, file) => sum + file.rows, 0);
  if (!/^[0-9a-f]{16,}$/.test(effect.effectKey))
    throw fault(effect, `effect key ${effect.effectKey} is not hexadecimal`);
  if (effect.op === 'retract' && effect.add.length > 0) throw fault(effect, 'a retraction adds files');
  if (effect.op === 'put' && effect.add.length === 0) throw fault(effect, 'it brings no file, not even an empty one');
  if (effect.op === 'put' && rows !== effect.rowsAccepted)
    throw fault(effect, `${effect.rowsAccepted} rows were accepted, the files hold ${rows}`);
  if (effect.rowsIn !== effect.rowsAccepted + effect.rowsRejected)
    throw fault(
      effect,
      `${effect.rowsIn} rows in, but ${effect.rowsAccepted} accepted and ${effect.rowsRejected} set aside`,
    );
  for (const file of effect.add) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (!name.startsWith(`${shortKey(effect.effectKey)}-`))
      throw fault(effect, `file ${name} is not named after its effect ${shortKey(effect.effectKey)}`);
    if (onlyText(file.stats.get(SUBMISSION_FIELD)) !== effect.submission)
      throw fault(effect, `the bounds of _submission in ${name} do not say that all rows are of this submission`);
    if (file.period !== effect.add[0]?.period) throw fault(effect, 'its files lie in several partitions');
  }
}
