// Uploads of an ingest bucket, judged and committed by processes that are killed, frozen, woken twice, late or never: a
// later upload is never replaced by an earlier one, and every upload has its answer in the end.

import type { Conversion, ConversionRequest } from '../../lake/intake/conversion';
import { commitOffered } from '../../lake/submission/commit-offered';
import type { IntakeDesk } from '../../lake/submission/desk';
import { listDrafts } from '../../lake/submission/drafts';
import { liveOf } from '../../lake/submission/live';
import { readMarks, uploadId } from '../../lake/submission/marks';
import { OURS } from '../../lake/submission/our-fault';
import { answeredVersions, readReceipt } from '../../lake/submission/receipt-store';
import { receive } from '../../lake/submission/receive';
import type { Lake } from '../../lake/submission/submit';
import { listVersions, type UploadRef } from '../../lake/submission/versions';
import { watch } from '../../lake/submission/watch';
import type { Converter, StoredUpload } from '../../platform/ports';
import { levelOf, listOf } from '../support/upload-list';
import { Chance } from './chance';
import { judgeText, OLD_CONTRACT } from './made-format';
import { Simulated } from './ports';
import { type Process, Scheduler } from './scheduler';
import { World } from './world';

const contract = { ...OLD_CONTRACT, slot: 'period' as const };
const SUBMISSION = `${contract.name}/2026-10`;
const PREFIX = `${SUBMISSION}/`;
const NAMES = ['bảng giá.csv', 'Bang+gia 2.csv'];

interface Sent extends StoredUpload {
  readonly text: string;
}

/** Position in the store's own order: by time, key, and as the versions of one key lie. */
function order(store: readonly Sent[]): readonly string[] {
  return store
    .map((upload, i) => ({ upload, i }))
    .sort(
      (a, b) =>
        a.upload.modifiedAtMs - b.upload.modifiedAtMs ||
        (a.upload.key < b.upload.key ? -1 : a.upload.key > b.upload.key ? 1 : a.i - b.i),
    )
    .map(({ upload }) => upload.versionId);
}

/** In a file's text: the converter throws over it. */
const FAULT = '#fault';

interface Checked {
  readonly claimed: number;
  readonly overtaken: number;
  readonly unchanged: number;
  readonly givenUp: number;
}

class Drive {
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly world: World;
  readonly simulated: Simulated;
  /** Of one key in the store's order, which a late multipart upload may enter in the middle. */
  readonly store: Sent[] = [];
  failure: unknown;
  /** By the last round of reconcile. */
  healed = 0;
  #bells = 0;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    const { chance } = this;
    const knobs = {
      mode: chance.pick(['uniform', 'swarm', 'swarm'] as const),
      kill: chance.pick([0, 0.003, 0.02]),
      freeze: chance.pick([0, 0.002, 0.01]),
      clockJump: chance.pick([0, 0.001]),
      freezeMs: chance.pick([5_000, 2_000_000]),
      skewMs: chance.pick([0, 2_000]),
      trap: chance.pick([
        null,
        { kind: 'intake', at: 'control.putIfAbsent version/', how: 'dies' as const },
        { kind: 'intake', at: 'control.putIfAbsent version/', how: 'sleeps' as const },
        { kind: 'intake', at: 'control.putIfAbsent upload/', how: 'sleeps' as const },
        { kind: 'intake', at: 'quarantine.put draft/', how: 'dies' as const },
        { kind: 'commit', at: 'catalog.swap', how: 'dies' as const },
      ]),
    };
    this.scheduler = new Scheduler(seed, knobs, () => {
      if (this.failure) throw this.failure;
    });
    const watcher = {
      onWrite: (_zone: string, key: string, body: Buffer) => {
        if (key.startsWith(`version/${SUBMISSION}/v/`)) this.#checkClaim(body);
      },
      onDelete: () => undefined,
      onSwap: () => undefined,
    };
    this.world = new World(() => this.scheduler.nowMs, watcher, false);
    const unclear = chance.pick([0, 0.02]);
    const faults = { unclearPut: unclear, unclearSwap: unclear, conflict: unclear, fault: unclear, slow: 0 };
    this.simulated = new Simulated(this.world, this.scheduler, faults, seed);
  }

  /** Claims follow each other in the store's order, whatever happens. */
  #last: UploadRef | undefined;
  #checkClaim(body: Buffer): void {
    const { upload } = JSON.parse(body.toString('utf8')) as { upload: UploadRef };
    const places = order(this.store);
    if (this.#last && places.indexOf(upload.versionId) <= places.indexOf(this.#last.versionId))
      this.failure ??= new Error(`${upload.versionId} was claimed after ${this.#last.versionId}`);
    this.#last = upload;
  }

  lakeOf(process: Process): Lake {
    const ports = this.simulated.portsOf(process);
    return {
      ports: { ...ports, converter: { convert: (request) => this.#convert(request, ports.converter) } },
      contracts: new Map([[contract.name, contract]]),
      codeLists: new Map(),
    };
  }

  /** As the simulation judges, but for files a fault of ours is met over. */
  async #convert(request: ConversionRequest, { convert }: Converter): Promise<Conversion> {
    const conversion = await convert(request);
    if (this.world.readFile(request.path).toString('utf8').includes(FAULT)) throw new RangeError(FAULT);
    return conversion;
  }

  desk(process: Process): IntakeDesk {
    const { scheduler, world } = this;
    const quiet = () => scheduler.call(process, 'tell', () => undefined);
    return {
      uploads: {
        list: (prefix) => scheduler.call(process, `uploads.list ${prefix}`, () => listOf(this.store, prefix)),
        look: (prefix) => scheduler.call(process, `uploads.look ${prefix}`, () => levelOf(this.store, prefix)),
        fetch: ({ versionId }) =>
          scheduler.call(process, 'uploads.fetch', () => {
            const path = world.newPath('upload');
            world.files.set(path, Buffer.from(this.store.find((one) => one.versionId === versionId)?.text ?? ''));
            return path;
          }),
      },
      hints: {
        send: () => scheduler.call(process, 'hint', () => this.wake('intake', { lost: this.isLost(), mends: true })),
      },
      bells: {
        ring: () => scheduler.call(process, 'bell', () => this.wake('commit', { lost: this.isLost() })),
      },
      notices: { tell: quiet },
      awaitsScan: false,
      maxBytes: Number.POSITIVE_INFINITY,
    };
  }

  /** Whether a message goes nowhere. */
  private isLost(): boolean {
    return this.scheduler.faults && this.chance.happens(0.3);
  }

  wake(kind: 'intake' | 'commit', how: { readonly lost: boolean; readonly mends?: boolean }): void {
    if (how.lost || ++this.#bells > 400) return;
    const process = this.scheduler.start(kind);
    const lake = this.lakeOf(process);
    const desk = this.desk(process);
    const task =
      kind === 'intake'
        ? receive({ prefix: PREFIX, submission: SUBMISSION, mends: how.mends ?? false }, lake, desk)
        : commitOffered(contract, lake, desk);
    task.then(
      () => {
        process.state = 'ended';
      },
      (error: unknown) => {
        process.state = 'ended';
        if (error instanceof RangeError && error.message === FAULT) return;
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (!['F_SIMULATED', 'F_PUT', 'F_CONFLICT'].includes(code)) this.failure ??= error;
      },
    );
  }

  /** Uploads arrive over time; some at the same moment, some late with an early time, some with bytes sent before. */
  send(count: number): void {
    const texts = ['a|1', 'b|2', 'b|2\n!sai', '#poison', 'c|3', `d|4\n${FAULT}`];
    const start = this.scheduler.nowMs;
    for (let i = 0; i < count; i++) {
      const landsAtMs = start + this.chance.int(0, 3) * this.chance.pick([0, 1_000, 100_000]);
      const timer = this.scheduler.start('sender', false);
      const isLate = this.chance.happens(0.25);
      void this.scheduler.call(
        timer,
        'upload',
        () => {
          const key = PREFIX + this.chance.pick(NAMES);
          const second = Math.floor(this.scheduler.nowMs / 1000) * 1000;
          const upload = {
            key,
            versionId: `u${i}`,
            sizeBytes: 3,
            modifiedAtMs: isLate ? second - this.chance.pick([1_000, 50_000]) : second,
            text: this.chance.pick(texts),
          };
          const behind = this.store.findIndex((one) => one.key === key && one.modifiedAtMs > upload.modifiedAtMs);
          if (behind >= 0) this.store.splice(behind, 0, upload);
          else this.store.push(upload);
          for (let copy = this.chance.pick([0, 1, 1, 2, 3]); copy > 0; copy--) this.wake('intake', { lost: false });
        },
        landsAtMs - start,
      );
    }
  }

  /** Reconcile alone brings everything to rest. */
  async settle(): Promise<void> {
    this.scheduler.faults = false;
    this.scheduler.thawAll();
    // A file a fault is met over is answered in the third.
    for (let round = 0; round < 5; round++) {
      // Whoever was killed counts as gone by now.
      this.scheduler.nowMs += 4_000_000;
      this.#bells = 0;
      const process = this.scheduler.start('reconcile');
      watch(this.lakeOf(process), this.desk(process), 0).then(
        ({ healed }) => {
          this.healed = healed;
        },
        (error: unknown) => {
          this.failure ??= error;
        },
      );
      await this.scheduler.run();
    }
  }

  async check(): Promise<Checked> {
    const process = this.scheduler.start('check', false);
    const lake = this.lakeOf(process);
    const { zones } = lake.ports;
    let result: Checked = { claimed: 0, overtaken: 0, unchanged: 0, givenUp: 0 };
    const checked = (async () => {
      if (this.healed > 0) throw new Error(`reconcile still finds ${this.healed} things to mend`);
      const versions = await listVersions(zones.control, SUBMISSION);
      const marks = await readMarks(zones.control, SUBMISSION);
      const claimed = new Map(versions.map((version) => [version.upload?.versionId, version]));
      const answered = await answeredVersions(zones.receipts, SUBMISSION);
      for (const upload of this.store) {
        const mark = marks.get(uploadId(upload));
        const version = claimed.get(upload.versionId);
        if (!version && !mark) throw new Error(`${upload.versionId} came to nothing`);
        if (version && !answered.has(version.version)) throw new Error(`${version.version} has no receipt`);
        if (!version && mark === 'overtaken') {
          const folder = `${SUBMISSION}/u/${uploadId(upload)}/receipt.json`;
          if (!(await zones.receipts.head(folder))) throw new Error(`${upload.versionId} was passed over in silence`);
        }
      }
      if ((await listDrafts(zones.quarantine, '')).length > 0) throw new Error('a draft was left');
      if ((await zones.control.list('in-flight/')).length > 0) throw new Error('a marker was left');
      const textOf = new Map(this.store.map((upload) => [upload.versionId, upload.text]));
      const isGood = (text: string) =>
        !text.includes(FAULT) && judgeText(text, contract.version).verdict !== 'rejected';
      let givenUp = 0;
      for (const version of versions) {
        const codes = (await readReceipt(zones.receipts, version))?.findings.map(({ code }) => code) ?? [];
        const isOurs = OURS.some((code) => codes.includes(code));
        if (isOurs) givenUp++;
        if (isOurs !== (textOf.get(version.upload?.versionId ?? '') ?? '').includes(FAULT))
          throw new Error(`${version.version} was answered with ${codes}`);
      }
      const live = await liveOf(SUBMISSION, contract, lake.ports);
      const good = versions.filter(({ upload }) => isGood(textOf.get(upload?.versionId ?? '') ?? ''));
      if (live?.version !== good.at(-1)?.version)
        throw new Error(`${live?.version} is live, not ${good.at(-1)?.version}`);
      const newest = order(this.store).at(-1) ?? '';
      const [shown, sent] = [textOf.get(versions.at(-1)?.upload?.versionId ?? ''), textOf.get(newest)];
      if (shown !== sent) throw new Error(`the newest upload ${newest} is not the newest version`);
      const outcomes = [...marks.values()];
      result = {
        claimed: versions.length,
        overtaken: outcomes.filter((outcome) => outcome === 'overtaken').length,
        unchanged: outcomes.filter((outcome) => outcome === 'unchanged').length,
        givenUp,
      };
    })();
    checked.catch(() => undefined);
    await this.scheduler.run();
    await checked;
    return result;
  }
}

async function drive(seed: number) {
  const run = new Drive(seed);
  run.send(run.chance.int(1, 6));
  await run.scheduler.run();
  await run.settle();
  return { ...(await run.check()), crashes: run.scheduler.counts.get('crash') ?? 0 };
}

describe('uploads on their way into a table', () => {
  it('keep the store’s order and are all answered, through 400 seeds of interleavings', async () => {
    const sum = { claimed: 0, overtaken: 0, unchanged: 0, givenUp: 0, crashes: 0 };
    for (let seed = 1; seed <= 400; seed++) {
      const result = await drive(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
      });
      for (const key of ['claimed', 'overtaken', 'unchanged', 'givenUp', 'crashes'] as const) sum[key] += result[key];
    }
    // Otherwise the seeds have not been where it is dangerous.
    expect(sum.claimed).toBeGreaterThan(400);
    expect(sum.overtaken).toBeGreaterThan(50);
    expect(sum.unchanged).toBeGreaterThan(50);
    expect(sum.givenUp).toBeGreaterThan(100);
    expect(sum.crashes).toBeGreaterThan(100);
  }, 300_000);
});
