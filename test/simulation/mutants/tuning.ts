// What every run changes, so that it is short; no step of the protocol.
import type { Patch } from './patch';

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
