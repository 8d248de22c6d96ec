// The protocol with one step broken, each in its own way. A run must notice every one of them; one that goes unnoticed
// means that the run does not show what it seems to show.

export interface Edit {
  readonly file: string;
  /** Occurs exactly once in the file. A pattern only where the text is a budget that may change. */
  readonly find: string | RegExp;
  readonly replace: string;
}

export interface Patch extends Edit {
  readonly name: string;
  readonly why: string;
  readonly also?: readonly Edit[];
}

/** Always applied: budgets made small, so that a run of a few commits meets what takes months; costly by-products left out. */
export const TUNING: readonly Patch[] = [
  {
    name: 'small-merge',
    file: 'lake/table/write-tree.ts',
    find: /const MERGE_FROM = \d+;/,
    replace: 'const MERGE_FROM = 3;',
    also: [
      {
        file: 'lake/table/write-tree.ts',
        find: /const FULL_MANIFEST_FILES = \d+;/,
        replace: 'const FULL_MANIFEST_FILES = 3;',
      },
    ],
    why: 'manifests are merged after three commits instead of many',
  },
  {
    name: 'small-history',
    file: 'lake/table/metadata-builder.ts',
    find: /'lake\.history\.max-snapshots': '\d+'/,
    replace: "'lake.history.max-snapshots': '8'",
    also: [{ file: 'lake/table/retention.ts', find: /const LOT = \d+;/, replace: 'const LOT = 3;' }],
    why: 'history is trimmed after eight snapshots instead of many',
  },
  {
    name: 'no-pages',
    file: 'lake/submission/receipt-store.ts',
    find: "receiptPage(receipt, { lang: 'vi' })",
    replace: "(void receiptPage, '')",
    why: 'the page of a receipt is no part of the protocol and costs a tenth of the time',
  },
  {
    name: 'avro-once',
    file: 'lake/table/avro.ts',
    find: 'export function readAvro(bytes: Uint8Array, name: string): AvroFile {',
    replace: `const decoded = new WeakMap<Uint8Array, AvroFile>();
export function readAvro(bytes: Uint8Array, name: string): AvroFile {
  const known = decoded.get(bytes) ?? decode(bytes, name);
  decoded.set(bytes, known);
  return known;
}
function decode(bytes: Uint8Array, name: string): AvroFile {`,
    why: 'the same bytes are decoded once, not by every process',
  },
  {
    name: 'manifest-once',
    file: 'lake/table/manifest.ts',
    find: 'export function readManifest(bytes: Uint8Array, ref: ManifestRef): Manifest {',
    replace: `const decoded = new WeakMap<Uint8Array, { ref: ManifestRef; manifest: Manifest }>();
export function readManifest(bytes: Uint8Array, ref: ManifestRef): Manifest {
  const known = decoded.get(bytes);
  if (known && known.ref.sequenceNumber === ref.sequenceNumber && known.ref.addedSnapshotId === ref.addedSnapshotId)
    return known.manifest;
  const manifest = decodeManifest(bytes, ref);
  decoded.set(bytes, { ref, manifest });
  return manifest;
}
function decodeManifest(bytes: Uint8Array, ref: ManifestRef): Manifest {`,
    why: 'the same',
  },
  {
    name: 'list-once',
    file: 'lake/table/manifest-list.ts',
    find: 'export function readManifestList(content: Uint8Array, location: string): readonly ManifestRef[] {',
    replace: `const decoded = new WeakMap<Uint8Array, readonly ManifestRef[]>();
export function readManifestList(content: Uint8Array, location: string): readonly ManifestRef[] {
  const known = decoded.get(content) ?? decodeManifestList(content, location);
  decoded.set(content, known);
  return known;
}
function decodeManifestList(content: Uint8Array, location: string): readonly ManifestRef[] {`,
    why: 'the same',
  },
  {
    name: 'hash-once',
    file: 'lake/erasure/suppression.ts',
    find: 'function hashOf(key: string, value: string): string {',
    replace: `const hashes = new Map<string, string>();
function hashOf(key: string, value: string): string {
  const asked = key + value;
  const known = hashes.get(asked) ?? hash(key, value);
  if (hashes.size > 1000) hashes.clear();
  hashes.set(asked, known);
  return known;
}
function hash(key: string, value: string): string {`,
    why: 'the same',
  },
  {
    name: 'record-once',
    file: 'lake/submission/stored.ts',
    find: "return shape.parse(JSON.parse(Buffer.from(body).toString('utf8')));",
    replace: `const known = parsed.get(body);
    if (known?.shape === shape) return known.value as T;
    const value = shape.parse(JSON.parse(Buffer.from(body).toString('utf8')));
    parsed.set(body, { shape, value });
    return value;`,
    also: [
      {
        file: 'lake/submission/stored.ts',
        find: 'export async function readStored',
        replace:
          'const parsed = new WeakMap<Uint8Array, { shape: unknown; value: unknown }>();\nexport async function readStored',
      },
    ],
    why: 'the same',
  },
];

export const MUTANTS: readonly Patch[] = [
  {
    name: 'no-relist',
    file: 'lake/table/commit.ts',
    find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
    replace: 'const wanted = effects;',
    why: 'nobody asks again which version is wanted before the swap',
  },
  {
    name: 'list-before-head',
    file: 'lake/table/transact.ts',
    find: 'const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    replace:
      'await options.before?.();\n    const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'readonly maxAttempts?: number;\n  /** Maintenance',
        replace: 'readonly maxAttempts?: number;\n  readonly before?: () => Promise<void>;\n  /** Maintenance',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const copies = new CopyOnWrite(ports);',
        replace: `const copies = new CopyOnWrite(ports);
  let early: readonly Effect[] = [];
  let offeredEarly: readonly Effect[] = [];
  const before = async () => {
    offeredEarly = request.alsoOffered ? await request.alsoOffered() : [];
    const all = [...offeredEarly, ...request.effects];
    early = request.stillWanted ? await request.stillWanted(all) : all;
  };`,
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
        replace: 'const wanted = early;',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const others = request.alsoOffered ? await request.alsoOffered() : [];',
        replace: 'const others = offeredEarly;',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'maxAttempts === undefined ? {} : { maxAttempts },',
        replace: '{ before },',
      },
    ],
    why: 'versions are listed before the head is read: an older one can come back over a newer',
  },
  {
    name: 'swap-without-token',
    file: 'lake/table/transact.ts',
    find: 'const swapped = await catalog.swap(table, head, kept);',
    replace: 'const swapped = await catalog.swap(table, await catalog.load(table), kept);',
    why: 'the pointer is swapped whatever it points to by now',
  },
  {
    name: 'no-swap-check',
    file: 'test/simulation/world.ts',
    find: "if ((held?.token ?? '0') !== (base?.token ?? '0')) return 'CONFLICT';",
    replace: '',
    why: 'the catalog does not compare before it sets',
  },
  {
    name: 'short-grace',
    file: 'lake/table/expire.ts',
    find: 'const cutoff = clock.now() - graceMs;',
    replace: 'const cutoff = clock.now() - Math.min(graceMs, 1_000);',
    why: 'orphans go while somebody may still be about to name them',
  },
  {
    name: 'conflict-without-deciding-again',
    file: 'lake/table/transact.ts',
    find: 'const step = await decide(head);',
    replace: 'decided ??= await decide(head);\n    const step = decided;',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'for (let attempt = 1; attempt <= attempts; attempt++) {',
        replace: 'let decided: Step<T> | undefined;\n  for (let attempt = 1; attempt <= attempts; attempt++) {',
      },
    ],
    why: 'after a conflict the old decision is swapped in over the new head',
  },
  {
    name: 'conflict-without-reload',
    file: 'lake/table/transact.ts',
    find: 'const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    replace:
      'known ??= { head: await catalog.load(table) };\n    const { head } = known;\n    if (head && !options.allowForeign)',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'for (let attempt = 1; attempt <= attempts; attempt++) {',
        replace:
          'let known: { head: Head | undefined } | undefined;\n  for (let attempt = 1; attempt <= attempts; attempt++) {',
      },
    ],
    why: 'after a conflict the same head is tried again: nobody gets through',
  },
  {
    name: 'unknown-is-failure',
    file: 'lake/table/transact.ts',
    find: '// Whatever else the answer was',
    replace:
      "if (swapped === 'UNKNOWN') await store.delete(tree.manifestList.slice(store.location('').length));\n    // Whatever else the answer was",
    why: 'an unclear answer is taken for a failure and the new files are cleaned up',
  },
  {
    name: 'null-sequence-carried',
    file: 'lake/table/write-tree.ts',
    find: ': { ...entry, status: EXISTING },\n      );\n    const place = await this.put(writeCarried(manifest',
    replace:
      ': { ...entry, status: EXISTING, sequence_number: null, file_sequence_number: null },\n      );\n    const place = await this.put(writeCarried(manifest',
    why: 'a file carried into another manifest loses its sequence numbers',
  },
  {
    name: 'removed-not-verified',
    file: 'lake/table/commit.ts',
    find: 'const { add, remove, rewrites } = await leaving(',
    replace: 'const { add, remove, rewrites } = left ??= await leaving(',
    also: [
      {
        file: 'lake/table/commit.ts',
        find: 'const copies = new CopyOnWrite(ports);',
        replace: 'const copies = new CopyOnWrite(ports);\n  let left: Awaited<ReturnType<typeof leaving>> | undefined;',
      },
    ],
    why: 'files to be removed are found once and not looked for again after a conflict',
  },
  {
    name: 'manifest-dropped-when-merging',
    file: 'lake/table/write-tree.ts',
    find: 'const merged = await writer.merged(merging);',
    replace: 'const merged = await writer.merged(merging.slice(1));',
    why: 'one of the manifests to be merged is lost',
  },
  {
    name: 'manifest-dropped-uncounted',
    file: 'lake/table/write-tree.ts',
    find: 'const merged = await writer.merged(merging);',
    replace: 'const merged = await writer.merged(merging.slice(1));',
    also: [
      {
        file: 'lake/table/write-tree.ts',
        find: 'if (expected !== undefined && Number(expected)',
        replace: 'if (expected === null && Number(expected)',
      },
    ],
    why: 'one of the manifests to be merged is lost, and nobody counts',
  },
  {
    name: 'shared-taken-for-pure',
    file: 'lake/table/holdings.ts',
    find: 'isPure: onlyText(stat) === submission',
    replace: 'isPure: true',
    why: 'a file shared with others is removed whole',
  },
  {
    name: 'shared-bounds-ignored',
    file: 'lake/table/holdings.ts',
    find: 'if (!isLive(entry) || !mayHold(stat, submission)) continue;',
    replace: 'if (!isLive(entry) || !mayHold(stat, submission) || onlyText(stat) !== submission) continue;',
    why: 'rows in shared files are not found when their submission is replaced',
  },
  {
    name: 'expiry-forgets-tags',
    file: 'lake/table/retention.ts',
    find: "    ...Object.values(metadata.refs ?? {}).map((ref) => ref['snapshot-id']),\n",
    replace: '',
    why: 'snapshots of releases expire',
    also: [
      {
        file: 'lake/table/metadata-builder.ts',
        find: "const pinned = [base['current-snapshot-id'], ...Object.values(base.refs ?? {}).map((ref) => ref['snapshot-id'])];",
        replace: "const pinned = [base['current-snapshot-id']];",
      },
    ],
  },
  {
    name: 'expiry-before-ledger',
    file: 'lake/table/expire.ts',
    find: 'await copyToLedger(store, ledger, head.metadata, gone);',
    replace: 'void copyToLedger;',
    why: 'snapshots leave the history before their records are in the ledger',
  },
  {
    name: 'orphans-by-current-only',
    file: 'lake/table/expire.ts',
    find: 'for (const snapshot of metadata.snapshots ?? []) {\n    keys.add(',
    replace:
      "for (const snapshot of (metadata.snapshots ?? []).filter((s) => s['snapshot-id'] === metadata['current-snapshot-id'])) {\n    keys.add(",
    why: 'files that only retained snapshots name are taken for orphans',
  },
  {
    name: 'compaction-over-replace',
    file: 'lake/table/compact.ts',
    find: "if (remove.length !== paths.size) return { kind: 'done', answer: 'aborted' };",
    replace: '',
    why: 'compaction does not give up when one of its inputs was replaced',
  },
  {
    name: 'compaction-over-replace-uncounted',
    file: 'lake/table/compact.ts',
    find: "if (remove.length !== paths.size) return { kind: 'done', answer: 'aborted' };",
    replace: '',
    also: [
      {
        file: 'lake/table/write-tree.ts',
        find: 'if (expected !== undefined && Number(expected)',
        replace: 'if (expected === null && Number(expected)',
      },
    ],
    why: 'the same, and nobody counts the rows',
  },
  {
    name: 'foreign-overwrite-accepted',
    file: 'lake/table/foreign.ts',
    find: 'if (preservesRows(metadata, snapshot)) continue;',
    replace: 'if (preservesRows(metadata, snapshot) || table !== undefined) continue;',
    why: 'what other software did to the rows is built upon',
  },
  {
    name: 'zero-rows-again-and-again',
    file: 'lake/table/holdings.ts',
    find: 'if (!isLive(entry) || !mayHold(stat, submission)) continue;',
    replace:
      'if (!isLive(entry) || !mayHold(stat, submission) || Number(entry.data_file.record_count) === 0) continue;',
    why: 'a submission without rows is never seen to be live',
  },
  {
    name: 'stale-offer-committed',
    file: 'lake/table/decide.ts',
    find: 'if (now - (effect.sealedAtMs ?? now) > LEASE_MS) return false;',
    replace: 'void now;',
    also: [
      {
        file: 'lake/submission/handoff.ts',
        find: '(effect) => now - effect.sealedAtMs <= LEASE_MS && isSound(effect)',
        replace: '(effect) => isSound(effect) || now < 0',
      },
    ],
    why: 'files older than the lease are named, though they may be deleted at any moment',
  },
  {
    name: 'no-writer-epoch-fence',
    file: 'lake/table/commit.ts',
    find: 'assertNotFenced(request, head);',
    replace: 'void assertNotFenced;',
    also: [
      {
        file: 'lake/table/decide.ts',
        find: 'if ((effect.writerEpoch ?? Number.POSITIVE_INFINITY) < writerEpochOf(base)) return false;',
        replace: 'void writerEpochOf;',
      },
    ],
    why: 'a zombie of the old deployment writes on',
  },
  {
    name: 'verdict-overwritten',
    file: 'lake/submission/verdict.ts',
    find: 'await control.putIfAbsent(verdictKey(',
    replace: 'await control.put(verdictKey(',
    why: 'a verdict can be changed by whoever judges later',
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
    name: 'content-only-names',
    file: 'lake/submission/seal.ts',
    find: '{rng.uuid()}.parquet`;',
    replace: "{rng && '00000000-0000-4000-8000-000000000000'}.parquet`;",
    why: 'a file written again meets the removal of its former self',
  },
  {
    name: 'erasure-epoch-unchecked',
    file: 'lake/table/decide.ts',
    find: 'if ((effect.erasureEpoch ?? Number.POSITIVE_INFINITY) < erasureEpochOf(base)) return false;',
    replace: 'void erasureEpochOf;',
    why: 'rows held against an older suppression list bring an erased person back',
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
    name: 'event-driven',
    file: 'lake/table/commit.ts',
    find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
    replace: `const asked = request.stillWanted ? await request.stillWanted(effects) : effects;
      const wanted = [...asked.filter((one) => !request.effects.includes(one)), ...request.effects];`,
    why: 'what a writer was called for is what it commits: the list is asked for the effects of others only',
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
    name: 'erasure-list-read-once',
    file: 'lake/erasure/suppression.ts',
    find: 'export async function suppressionOf(dataset: string, control: ObjectStore): Promise<Suppression> {',
    replace: `const read = new WeakMap<ObjectStore, Promise<Suppression>>();
export function suppressionOf(dataset: string, control: ObjectStore): Promise<Suppression> {
  const known = read.get(control) ?? readList(dataset, control);
  read.set(control, known);
  return known;
}
async function readList(dataset: string, control: ObjectStore): Promise<Suppression> {`,
    why: 'a process reads once who was erased and holds all its rows against that',
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
    name: 'conflict-believed',
    file: 'lake/table/transact.ts',
    find: '// Whatever else the answer was',
    replace:
      "if (swapped === 'CONFLICT') await store.delete(tree.manifestList.slice(store.location('').length));\n    // Whatever else the answer was",
    why: 'a conflict is taken to mean that the snapshot is not there, and its files are cleaned up',
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
