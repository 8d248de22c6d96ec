// A second reader of the tables, for the assertions: it takes nothing over from lake/table but the Avro decoder, looks at
// entries as they are written, before any number is inherited, and reads straight from the store, between two steps.
import { readAvro } from '../../lake/table/avro';
import type { Snapshot } from '../../lake/table/metadata';
import { decodeRows, type Row } from './made-format';
import { Violation } from './violation';
import type { Zone } from './world';

interface Pair {
  readonly key: number;
  readonly value: unknown;
}

export interface Entry {
  readonly status: number;
  readonly snapshot_id: unknown;
  readonly sequence_number: unknown;
  readonly file_sequence_number: unknown;
  readonly data_file: {
    readonly file_path: string;
    readonly record_count: number;
    readonly file_size_in_bytes: number;
    readonly lower_bounds: readonly Pair[] | null;
    readonly upper_bounds: readonly Pair[] | null;
    readonly value_counts: readonly Pair[] | null;
    readonly partition: Readonly<Record<string, unknown>>;
  };
}

export interface ListedManifest {
  readonly manifest_path: string;
  readonly manifest_length: number;
  readonly sequence_number: number;
  readonly min_sequence_number: number;
  readonly added_snapshot_id: unknown;
  readonly added_files_count: number;
  readonly existing_files_count: number;
  readonly deleted_files_count: number;
  readonly added_rows_count: number;
  readonly existing_rows_count: number;
  readonly deleted_rows_count: number;
}

export interface LiveFile {
  readonly key: string;
  readonly path: string;
  readonly rows: readonly Row[];
  readonly entry: Entry;
  readonly sequence: number;
}

export interface SnapshotFiles {
  readonly list: string;
  readonly manifests: readonly {
    readonly ref: ListedManifest;
    readonly key: string;
    readonly entries: readonly Entry[];
  }[];
  readonly live: readonly LiveFile[];
}

export class TreeReader {
  readonly #parsed = new Map<string, { readonly of: Buffer; readonly value: unknown }>();

  constructor(private readonly curated: Zone) {}

  /** Key of a location in the curated zone. */
  keyOf(location: string): string {
    const root = this.curated.location('');
    if (!location.startsWith(root)) throw new Violation('I2', `${location} is outside the table`);
    return location.slice(root.length);
  }

  has(key: string): boolean {
    return this.curated.objects.has(key);
  }

  #read<T>(key: string, parse: (bytes: Buffer) => T): T {
    const held = this.curated.objects.get(key);
    if (!held) throw new Violation('I2', `${key} is missing`);
    const known = this.#parsed.get(key);
    if (known?.of === held.body) return known.value as T;
    const value = parse(held.body);
    this.#parsed.set(key, { of: held.body, value });
    return value;
  }

  rows(key: string): readonly Row[] {
    return this.#read(key, (bytes) => decodeRows(bytes, key));
  }

  size(key: string): number {
    return this.curated.objects.get(key)?.body.length ?? -1;
  }

  manifests(list: string): readonly ListedManifest[] {
    return this.#read(list, (bytes) => readAvro(bytes, list).rows as ListedManifest[]);
  }

  entries(manifest: string): readonly Entry[] {
    return this.#read(manifest, (bytes) => readAvro(bytes, manifest).rows as Entry[]);
  }

  json(key: string): unknown {
    return this.#read(key, (bytes): unknown => JSON.parse(bytes.toString('utf8')));
  }

  /** Everything a snapshot hangs together by; throws when a part is missing. */
  snapshot(snapshot: Snapshot): SnapshotFiles {
    const list = this.keyOf(snapshot['manifest-list']);
    const manifests = this.manifests(list).map((ref) => {
      const key = this.keyOf(ref.manifest_path);
      return { ref, key, entries: this.entries(key) };
    });
    const live: LiveFile[] = [];
    for (const { ref, entries } of manifests)
      for (const entry of entries) {
        if (entry.status === 2) continue;
        const path = entry.data_file.file_path;
        const key = this.keyOf(path);
        live.push({
          key,
          path,
          rows: this.rows(key),
          entry,
          sequence: Number(entry.sequence_number ?? ref.sequence_number),
        });
      }
    return { list, manifests, live };
  }

  /** Keys of all files a snapshot needs, without opening data files. */
  *references(snapshot: Snapshot): Generator<string> {
    const list = this.keyOf(snapshot['manifest-list']);
    yield list;
    for (const ref of this.manifests(list)) {
      const key = this.keyOf(ref.manifest_path);
      yield key;
      for (const entry of this.entries(key)) if (entry.status !== 2) yield this.keyOf(entry.data_file.file_path);
    }
    const record = snapshot.summary['lake.record'];
    if (record !== undefined) yield `${list.slice(0, list.lastIndexOf('/') + 1)}${record}`;
  }
}
