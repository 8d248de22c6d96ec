// Markers of the versions being worked on: what a killed process leaves behind is found by them.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { readStored } from './stored';
import type { Version } from './versions';

const shape = z.object({
  submission: z.string(),
  version: z.string(),
  owner: z.string(),
  sinceMs: z.number(),
  /** Begun so often, and ended by the process's death or by a fault over the file itself. */
  tries: z.number().optional(),
});

export type InFlight = Readonly<z.infer<typeof shape>>;

/** Whoever had it has said that it failed: nobody is waited for. */
export const NOBODY = '';

/** After this long a marker is taken over even if a process of that number lives: doing a version twice changes nothing. */
export const TAKE_OVER_AFTER_MS = 3_600_000;

type Of = Pick<Version, 'submission' | 'version'>;

const keyFor = (version: Of): string => `in-flight/${version.submission.replaceAll('/', '~')}~${version.version}.json`;

export async function markInFlight(version: Of, ports: LakePorts, tries = 1): Promise<void> {
  await writeMarker(version, ports.workspace.owner, ports, tries);
}

async function writeMarker(version: Of, owner: string, ports: LakePorts, tries: number): Promise<void> {
  const { submission, version: id } = version;
  const marker: InFlight = { submission, version: id, owner, sinceMs: ports.clock.now(), tries };
  await ports.zones.control.put(keyFor(version), JSON.stringify(marker));
}

export async function clearInFlight(version: Of, control: ObjectStore): Promise<void> {
  await control.delete(keyFor(version));
}

/** Whoever is woken next need not wait until this process counts as gone. @param tries that stay held against the version */
export async function releaseInFlight(version: Of, ports: LakePorts, tries: number): Promise<void> {
  if (tries > 0) await writeMarker(version, NOBODY, ports, tries);
  else await clearInFlight(version, ports.zones.control);
}

/** undefined: nobody works on it. @throws InputError E_RECORD */
export function inFlightOf(version: Of, control: ObjectStore): Promise<InFlight | undefined> {
  return readStored(control, keyFor(version), shape);
}

/** Ids of a submission's versions that are marked. */
export async function inFlightVersions(submission: string, control: ObjectStore): Promise<readonly string[]> {
  const prefix = `in-flight/${submission.replaceAll('/', '~')}~`;
  const names = (await control.list(prefix)).map(({ key }) => key.slice(prefix.length, -'.json'.length));
  // Parts of the same period begin with the same words.
  return names.filter((name) => !name.includes('~'));
}

/** Submissions with a marker, and when each was set. */
export async function inFlightSubmissions(
  control: ObjectStore,
): Promise<readonly { readonly submission: string; readonly sinceMs: number }[]> {
  return (await control.list('in-flight/')).map(({ key, modifiedAtMs }) => ({
    submission: key.slice('in-flight/'.length, key.lastIndexOf('~')).replaceAll('~', '/'),
    sinceMs: modifiedAtMs,
  }));
}

export async function inFlightKeys(control: ObjectStore): Promise<readonly string[]> {
  return (await control.list('in-flight/')).map(({ key }) => key);
}

/** undefined: it has been cleared meanwhile. @throws InputError E_RECORD */
export function readInFlight(control: ObjectStore, key: string): Promise<InFlight | undefined> {
  return readStored(control, key, shape);
}
