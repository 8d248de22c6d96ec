// What all processes share: the zones, the tables' pointers, the bytes of local files. Every change is told to a watcher.

import { parseMetadata, printMetadata, type TableMetadata } from '../../lake/table/metadata';
import type { Head, PutOutcome, StoredObject, SwapOutcome } from '../../platform/ports';

export const ZONE_NAMES = ['ingest', 'raw', 'control', 'curated', 'quarantine', 'receipts'] as const;
export type ZoneName = (typeof ZONE_NAMES)[number];

interface Held {
  readonly body: Buffer;
  readonly modifiedAtMs: number;
}

export interface Watcher {
  onWrite(zone: ZoneName, key: string, body: Buffer, former: Buffer | undefined): void;
  onDelete(zone: ZoneName, key: string): void;
  onSwap(table: string, base: TableMetadata | undefined, next: TableMetadata): void;
}

/** The promises every store makes: strong get and list, put-if-absent. */
export class Zone {
  readonly objects = new Map<string, Held>();

  constructor(
    private readonly name: ZoneName,
    private readonly now: () => number,
    private readonly watcher: Watcher,
  ) {}

  put(key: string, body: Buffer): void {
    this.watcher.onWrite(this.name, key, body, this.objects.get(key)?.body);
    this.objects.set(key, { body, modifiedAtMs: this.now() });
  }

  putIfAbsent(key: string, body: Buffer): PutOutcome {
    if (this.objects.has(key)) return 'EXISTS';
    this.put(key, body);
    return 'CREATED';
  }

  head(key: string): StoredObject | undefined {
    const held = this.objects.get(key);
    return held && { key, sizeBytes: held.body.length, modifiedAtMs: held.modifiedAtMs };
  }

  list(prefix: string): StoredObject[] {
    const found: StoredObject[] = [];
    for (const [key, { body, modifiedAtMs }] of this.objects)
      if (key.startsWith(prefix)) found.push({ key, sizeBytes: body.length, modifiedAtMs });
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  delete(key: string): void {
    if (this.objects.has(key)) this.watcher.onDelete(this.name, key);
    this.objects.delete(key);
  }

  location(key: string): string {
    return `memory://${this.name}/${key}`;
  }
}

export class World {
  readonly zones: Readonly<Record<ZoneName, Zone>>;
  readonly files = new Map<string, Buffer>();
  readonly heads = new Map<string, Head>();
  #serial = 0;

  constructor(
    now: () => number,
    private readonly watcher: Watcher,
    private readonly printed: boolean,
  ) {
    const zone = (name: ZoneName) => new Zone(name, now, watcher);
    this.zones = {
      ingest: zone('ingest'),
      raw: zone('raw'),
      control: zone('control'),
      curated: zone('curated'),
      quarantine: zone('quarantine'),
      receipts: zone('receipts'),
    };
  }

  /** A name for a local file that nobody has used. */
  newPath(end: string): string {
    return `local/${++this.#serial}/${end}`;
  }

  readFile(path: string): Buffer {
    const bytes = this.files.get(path);
    if (!bytes) throw new Error(`there is no local file ${path}`);
    return bytes;
  }

  /** The pointer's compare-and-swap: the same as platform/memory/catalog.ts, with what was parsed kept. */
  swap(table: string, base: Head | undefined, next: TableMetadata): SwapOutcome {
    const held = this.heads.get(table);
    if ((held?.token ?? '0') !== (base?.token ?? '0')) return 'CONFLICT';
    const version = Number(held?.token ?? '0') + 1;
    const location = `memory://catalog/${table}/v${version}.metadata.json`;
    // Printed and parsed, as every home does: what a text cannot hold is lost here too. Not always, because it is slow.
    const metadata = this.printed ? parseMetadata(printMetadata(next), location) : next;
    this.watcher.onSwap(table, held?.metadata, metadata);
    this.heads.set(table, { token: String(version), location, metadata });
    return 'OK';
  }
}
