// The ports of one simulated process. Every call is a step of the scheduler, and every fault a home may have happens here.
import { createHash } from 'node:crypto';
import { FaultError } from '../../lake/errors';
import { keyAt } from '../../lake/table/location';
import type { TableMetadata } from '../../lake/table/metadata';
import { seededRng } from '../../platform/memory/clock-rng';
import type { Head, LakePorts, ObjectStore, PutOutcome, SwapOutcome, TableCatalog } from '../../platform/ports';
import { convert, inputKeys, redact, rewrite, rowsHeld } from './engine';
import { decodeRows } from './made-format';
import type { Process, Scheduler } from './scheduler';
import { type World, ZONE_NAMES, type Zone, type ZoneName } from './world';

/** Probabilities a call. */
export interface FaultKnobs {
  /** A put whose answer is lost; half of them applied. */
  readonly unclearPut: number;
  /** A swap whose answer is lost: applied, not applied, applied later, or taken for a conflict. */
  readonly unclearSwap: number;
  readonly conflict: number;
  /** A server fault instead of an answer. */
  readonly fault: number;
  /** An answer that takes seconds. */
  readonly slow: number;
}

export const STORE_FAULT = 'F_SIMULATED';

function fault(what: string): FaultError {
  return new FaultError(STORE_FAULT, `${what}: 503`);
}

export class Simulated {
  constructor(
    readonly world: World,
    readonly scheduler: Scheduler,
    private readonly knobs: FaultKnobs,
    private readonly seed: number,
  ) {}

  private happens(probability: number): boolean {
    return this.scheduler.faults && this.scheduler.chance.happens(probability);
  }

  private call<T>(process: Process, label: string, apply: () => T): Promise<T> {
    const slow = this.happens(this.knobs.slow);
    if (slow) this.scheduler.count('slow');
    return this.scheduler.call(
      process,
      label,
      () => {
        if (!this.happens(this.knobs.fault)) return apply();
        this.scheduler.count('fault');
        throw fault(label);
      },
      slow ? 10_000 : 0,
    );
  }

  private unclear(put: () => PutOutcome): PutOutcome {
    if (!this.happens(this.knobs.unclearPut)) return put();
    if (this.scheduler.chance.happens(0.5)) {
      put();
      this.scheduler.count('unclear-put-applied');
    } else this.scheduler.count('unclear-put-lost');
    return 'UNKNOWN';
  }

  store(name: ZoneName, process: Process): ObjectStore {
    const zone = this.world.zones[name];
    const at = (method: string, key: string) => `${name}.${method} ${key}`;
    const bytes = (body: Uint8Array | string) => (typeof body === 'string' ? Buffer.from(body) : Buffer.from(body));
    const once = (method: string, key: string, body: () => Buffer) =>
      this.call(process, at(method, key), () => this.unclear(() => zone.putIfAbsent(key, body())));
    return {
      get: (key) => this.call(process, at('get', key), () => zone.objects.get(key)?.body),
      head: (key) => this.call(process, at('head', key), () => zone.head(key)),
      put: (key, body) => this.call(process, at('put', key), () => zone.put(key, bytes(body))),
      putFile: (key, path) =>
        this.call(process, at('putFile', key), () => zone.put(key, Buffer.from(this.world.readFile(path)))),
      putIfAbsent: (key, body) => once('putIfAbsent', key, () => bytes(body)),
      putFileIfAbsent: (key, path) => once('putFileIfAbsent', key, () => this.world.readFile(path)),
      adoptFileIfAbsent: (key, path) => once('adoptFileIfAbsent', key, () => this.world.readFile(path)),
      toFile: (key) =>
        this.call(process, at('toFile', key), () => {
          const held = zone.objects.get(key);
          if (!held) throw new FaultError('E_FILE_MISSING', `${zone.location(key)} is not in the store.`);
          const path = this.world.newPath('copy');
          this.world.files.set(path, held.body);
          return path;
        }),
      list: (prefix) => this.call(process, at('list', prefix), () => zone.list(prefix)),
      delete: (key) => this.call(process, at('delete', key), () => zone.delete(key)),
      location: (key) => zone.location(key),
    };
  }

  catalog(process: Process): TableCatalog {
    const { world, scheduler } = this;
    return {
      list: () => this.call(process, 'catalog.list', () => [...world.heads.keys()].sort()),
      load: (table) => this.call(process, `catalog.load ${table}`, () => world.heads.get(table)),
      swap: (table, base, next) =>
        this.call(process, `catalog.swap ${table}`, () => this.swap(table, base, next, process)).then((outcome) => {
          if (outcome !== 'OK') scheduler.count(outcome === 'CONFLICT' ? 'conflict' : 'unclear-swap');
          return outcome;
        }),
    };
  }

  private swap(table: string, base: Head | undefined, next: TableMetadata, process: Process): SwapOutcome {
    const { world, scheduler } = this;
    const { chance } = scheduler;
    if (this.happens(this.knobs.conflict)) return 'CONFLICT';
    if (!this.happens(this.knobs.unclearSwap)) return world.swap(table, base, next);
    switch (chance.pick(['applied', 'lost', 'later', 'conflict'] as const)) {
      case 'applied':
        world.swap(table, base, next);
        scheduler.count('unclear-swap-applied');
        return 'UNKNOWN';
      case 'lost':
        scheduler.count('unclear-swap-lost');
        return 'UNKNOWN';
      case 'later': {
        // The request is still on its way when the caller has given up.
        const ghost = scheduler.start('late', false);
        scheduler.count('unclear-swap-later');
        scheduler
          .call(ghost, `catalog.swap ${table} (late, of ${process.name})`, () => world.swap(table, base, next))
          .catch(() => undefined);
        return 'UNKNOWN';
      }
      case 'conflict':
        // A client's own retry lost against its first request, which had been applied.
        world.swap(table, base, next);
        scheduler.count('applied-as-conflict');
        return 'CONFLICT';
    }
  }

  portsOf(process: Process): LakePorts {
    const { world, scheduler } = this;
    const zone = (name: ZoneName) => this.store(name, process);
    return {
      zones: {
        ingest: zone('ingest'),
        raw: zone('raw'),
        control: zone('control'),
        curated: zone('curated'),
        quarantine: zone('quarantine'),
        receipts: zone('receipts'),
      },
      catalog: this.catalog(process),
      clock: {
        now: () => scheduler.nowMs + process.skewMs,
        sleep: (ms) => scheduler.call(process, `sleep ${Math.round(ms)}`, () => undefined, ms),
      },
      rng: seededRng(Math.imul(this.seed, 0x01000193) ^ Math.imul(process.id, 0x85ebca6b)),
      converter: {
        convert: (request) => this.call(process, `convert ${request.submission}`, () => convert(request, world)),
      },
      rewriter: {
        rewrite: (request) =>
          this.call(process, `rewrite ${request.inputs.length} files`, () => {
            const read = inputKeys(request).map((key) => {
              const held = world.zones.curated.objects.get(key);
              if (!held) throw new FaultError('E_FILE_MISSING', `${key} is not in the store.`);
              return held.body;
            });
            return rewrite(request, read, world);
          }),
        rowsHeld: (store, file) =>
          this.call(process, `rowsHeld ${file.path}`, () => {
            const key = keyAt(store, file.path);
            const held = world.zones.curated.objects.get(key);
            if (!held) throw new FaultError('E_FILE_MISSING', `${key} is not in the store.`);
            return rowsHeld(decodeRows(held.body, key));
          }),
      },
      redactor: { redact: (request) => this.call(process, 'redact', () => redact(request, world)) },
      workspace: {
        owner: process.name,
        isAlive: (owner) => scheduler.processes.get(owner)?.state === 'running',
        open: () =>
          this.call(process, 'workspace.open', () => ({
            dir: world.newPath('work'),
            close: () => this.call(process, 'workspace.close', () => undefined),
          })),
      },
      files: {
        digest: (path) =>
          this.call(process, 'files.digest', () => {
            const bytes = world.readFile(path);
            return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
          }),
      },
    };
  }
}

/** All objects of all zones, for searches at the end. */
export function everyObject(world: World): { zone: ZoneName; key: string; body: Buffer }[] {
  return ZONE_NAMES.flatMap((zone) => {
    const held: Zone = world.zones[zone];
    return [...held.objects].map(([key, { body }]) => ({ zone, key, body }));
  });
}
