// A version that was claimed and whose bytes are gone before anybody judged them: its sender was killed and never answered.
import type { LakePorts } from '../../platform/ports';
import { writeRetraction } from './candidates';
import { rawOf } from './raw';
import { readVerdicts } from './verdict';
import type { Version } from './versions';

/** Takes such a version out of the order, so that nobody waits for it. @returns whether it is one */
export async function withdrawUnjudgeable(version: Version, { zones, rng, clock }: LakePorts): Promise<boolean> {
  const { control, raw } = zones;
  if (await raw.head((await rawOf(version, control)).key)) return false;
  if ((await readVerdicts(control, version)).length > 0) return false;
  await writeRetraction(control, rng.uuid(), {
    submission: version.submission,
    versions: [version.version],
    reason: 'bytes gone before they were judged',
    requestedAtMs: clock.now(),
  });
  return true;
}
