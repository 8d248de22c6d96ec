// The way of a version: verdict, sealed files, offer, marker, receipt, and what reconcile takes for right.
import type { Patch } from './patch';

export const SUBMISSION: readonly Patch[] = [
  {
    name: 'verdict-overwritten',
    file: 'lake/submission/verdict.ts',
    find: 'await control.putIfAbsent(verdictKey(',
    replace: 'await control.put(verdictKey(',
    why: 'a verdict can be changed by whoever judges later',
  },
  {
    name: 'rejects-of-the-first-judging',
    file: 'lake/submission/receipt-store.ts',
    find: 'await zone.putFile(key, path);',
    replace: 'await zone.putFileIfAbsent(key, path);',
    why: 'a version judged again keeps the rows that an earlier judging set aside',
    also: [
      {
        file: 'lake/submission/receipt-store.ts',
        find: "await zone.put(key, '');",
        replace: 'void key;',
      },
      {
        file: 'lake/submission/receipt-store.ts',
        find: 'if (await areRejectsOf(ports, version, sizeBytes)) return;',
        replace: 'if (sizeBytes >= 0) return;',
      },
    ],
  },
  {
    name: 'content-only-names',
    file: 'lake/submission/seal.ts',
    find: '{rng.uuid()}.parquet`;',
    replace: "{rng && '00000000-0000-4000-8000-000000000000'}.parquet`;",
    why: 'a file written again meets the removal of its former self',
  },
  {
    name: 'one-data-name',
    file: 'lake/submission/seal.ts',
    find: "await placeFile(zones.curated, key, data, 'adopt');",
    replace: "await zones.curated.delete(key);\n  await placeFile(zones.curated, key, data, 'adopt');",
    also: [
      {
        file: 'lake/submission/seal.ts',
        find: '{rng.uuid()}.parquet`;',
        replace: "{rng && version.submission.replaceAll('/', '~')}.parquet`;",
      },
    ],
    why: 'a file written again takes the place of its former self',
  },
  {
    name: 'commit-before-seal',
    file: 'lake/submission/seal.ts',
    find: "await placeFile(zones.curated, key, data, 'adopt');",
    replace: "void placeFile(zones.curated, key, data, 'adopt').catch(() => undefined);",
    also: [
      {
        file: 'lake/table/decide.ts',
        find: 'if (found?.sizeBytes !== file.sizeBytes) return false;',
        replace: 'void found;',
      },
    ],
    why: 'files are named before they are stored, and nobody looks whether they are there',
  },
  {
    name: 'ack-before-commit',
    file: 'lake/submission/commit-judged.ts',
    find: 'const outcomes = await commitOffered(waiting, lake);',
    replace:
      'for (const { version } of waiting) await clearInFlight(version, lake.ports.zones.control);\n    const outcomes = await commitOffered(waiting, lake);',
    why: 'the marker is cleared before the rows are visible',
  },
  {
    name: 'settled-after-failure',
    file: 'lake/submission/commit-judged.ts',
    find: 'const outcomes = await commitOffered(waiting, lake);',
    replace: `const outcomes = await commitOffered(waiting, lake).catch(async (error: unknown) => {
      for (const { version } of waiting) await clearInFlight(version, lake.ports.zones.control);
      throw error;
    });`,
    why: 'a commit that failed half-way is settled for the whole batch: nobody finishes it',
  },
  {
    name: 'reconciled-by-time',
    file: 'lake/submission/reconcile.ts',
    find: 'live.version === version.version',
    replace: 'live.version >= version.version',
    why: 'whatever is newer than what is wanted counts as right',
  },
  {
    name: 'retraction-of-everything',
    file: 'lake/submission/candidates.ts',
    find: 'const version = await readVersion(control, key);\n    if (!retracted',
    replace:
      'const version = await readVersion(control, key);\n    if (retracted.has(version.version)) return undefined;\n    if (!retracted',
    why: 'taking one version back takes the submission away',
  },
  {
    name: 'refused-hides-good',
    file: 'lake/submission/candidates.ts',
    find: 'const version = await readVersion(control, key);\n    if (!retracted',
    replace:
      'const version = await readVersion(control, key);\n    if (!(await hasGoodVerdict(control, version))) return undefined;\n    if (!retracted',
    why: 'a refused newest version is taken for a removal of the good one before it',
  },
  {
    name: 'deletion-is-retraction',
    file: 'lake/submission/reconcile.ts',
    find: 'const version = await wantedVersion(lake.ports.zones.control, submission);',
    replace: `const named = await wantedVersion(lake.ports.zones.control, submission);
    const { raw, control } = lake.ports.zones;
    const version = named && (await raw.head((await rawOf(named, control)).key)) ? named : undefined;`,
    also: [
      {
        file: 'lake/submission/reconcile.ts',
        find: 'live && (await wasRetracted(submission, lake))',
        replace: 'live && wasRetracted !== undefined',
      },
      {
        file: 'lake/submission/reconcile.ts',
        find: "import { judge } from './seal';",
        replace: "import { rawOf } from './raw';\nimport { judge } from './seal';",
      },
      {
        file: 'lake/submission/commit-judged.ts',
        find: 'version === undefined;',
        replace: 'true;',
      },
    ],
    why: 'a file somebody deleted from the raw zone is taken for one taken back',
  },
];
