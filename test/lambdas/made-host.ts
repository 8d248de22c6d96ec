// Functions over a lake in a folder: uploads in memory with versions as S3 keeps them, queues and notices as lists. Whatever
// is not played here throws.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { names } from '../../infra/names';
import { type CommitEvent, type CommitHost, realHandler as commit } from '../../lambdas/commit/commit';
import { type IntakeHost, realHandler as intake } from '../../lambdas/intake/intake';
import { type MaintainHost, realHandler as maintain } from '../../lambdas/maintain/maintain';
import { type ReconcileHost, realHandler as reconcile } from '../../lambdas/reconcile/reconcile';
import type { Published } from '../../lambdas/shared/journal';
import type { StoredUpload } from '../../platform/ports';
import type { TestLake } from '../support/lake';
import { levelOf, listOf } from '../support/upload-list';

export const NAMES = names({ province: 'hue', stage: 'dev', account: '111122223333', region: 'ap-southeast-1' });
export const BUCKET = NAMES.bucket('ingest');

interface Held extends StoredUpload {
  readonly body: string;
}

export interface Told {
  readonly whom: unknown;
  readonly subject: string;
  readonly text: string;
}

/** A queue's envelope around bodies. */
export function envelope(bodies: readonly unknown[], receives = 1): SQSEvent {
  return {
    Records: bodies.map((body, i) => ({
      messageId: `message-${i}`,
      receiptHandle: `handle-${i}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: '0',
        SenderId: 'thu',
        ApproximateFirstReceiveTimestamp: '0',
        MessageGroupId: 'thu',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:ap-southeast-1:111122223333:thu',
      awsRegion: 'ap-southeast-1',
    })),
  };
}

export class MadeAws {
  readonly held: Held[] = [];
  readonly hints: { readonly hint: unknown; readonly lane: string }[] = [];
  readonly bells: string[] = [];
  readonly told: Told[] = [];
  readonly counts = new Map<string, number>();
  readonly lines: unknown[] = [];
  readonly givenBack: { readonly messageId: string; readonly queue: string; readonly seconds: number }[] = [];
  failsToGiveBack = false;
  fetched = 0;
  lists = 0;
  invocations = 0;
  awaitsScan = false;
  /** So many notices are not taken. */
  failsToTell = 0;
  lane: 'normal' | 'heavy' = 'normal';
  nowMs: number | undefined;
  readonly after: CommitHost['after'][number][] = [];

  constructor(readonly lake: TestLake) {}

  /** A further version of a key; the default time grows with every upload. */
  upload(key: string, body: string, more: { readonly atMs?: number; readonly sizeBytes?: number } = {}): Held {
    const held = {
      key,
      versionId: `v${this.held.length + 1}.${'x'.repeat(20)}`,
      sizeBytes: more.sizeBytes ?? Buffer.byteLength(body),
      modifiedAtMs: more.atMs ?? Date.now() + this.held.length * 1000,
      body,
    };
    this.held.push(held);
    return held;
  }

  /** What EventBridge says of an upload. */
  event({ key, versionId }: StoredUpload): object {
    return {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      account: NAMES.place.account,
      detail: { bucket: { name: BUCKET }, object: { key, 'version-id': versionId } },
    };
  }

  count(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  private stored(): readonly StoredUpload[] {
    return this.held.map(({ body: _, ...upload }) => upload);
  }

  private access() {
    return {
      withLake: async <T>(use: (lake: TestLake) => Promise<T>) => {
        this.invocations++;
        const { workspace, clock } = this.lake.ports;
        const owner = `invocation-${this.invocations}`;
        const now = () => this.nowMs ?? clock.now();
        return use({
          ...this.lake,
          ports: {
            ...this.lake.ports,
            clock: { now, sleep: clock.sleep },
            workspace: { owner, isAlive: () => true, open: () => workspace.open() },
          },
        });
      },
      uploads: {
        list: async (prefix: string) => {
          this.lists++;
          return listOf(this.stored(), prefix);
        },
        look: async (prefix: string) => levelOf(this.stored(), prefix),
        fetch: async ({ versionId }: StoredUpload, dir: string) => {
          const found = this.held.find((one) => one.versionId === versionId);
          if (!found) return undefined;
          this.fetched++;
          writeFileSync(join(dir, 'upload'), found.body);
          return join(dir, 'upload');
        },
      },
      hints: {
        send: async (hint: unknown, lane: 'normal' | 'heavy' = 'normal') => {
          this.hints.push({ hint, lane });
        },
      },
      giveBack: async ({ messageId, eventSourceARN }: SQSRecord, seconds: number) => {
        if (this.failsToGiveBack) throw new Error('thử: không trả lại được');
        this.givenBack.push({ messageId, queue: eventSourceARN.split(':').at(-1) ?? '', seconds });
      },
      bells: {
        ring: async (dataset: string) => {
          this.bells.push(dataset);
        },
      },
      notices: {
        tell: async (whom: unknown, notice: { readonly subject: string; readonly text: string }) => {
          if (this.failsToTell-- > 0) throw new Error('thử: không báo được');
          this.told.push({ whom, ...notice });
        },
      },
    };
  }

  private journal(): Published<string> {
    return {
      info: (message, fields) => this.lines.push({ message, ...fields }),
      problem: (message, error, fields) => this.lines.push({ message, error: String(error), ...fields }),
      count: (name, by = 1) => this.counts.set(name, this.count(name) + by),
      publish: () => undefined,
    };
  }

  intake(bodies: readonly unknown[], receives = 1) {
    const { awaitsScan, lane } = this;
    const host: IntakeHost = { ...this.access(), names: NAMES, lane, awaitsScan, journal: this.journal() };
    return intake(envelope(bodies, receives), host);
  }

  commit(event: CommitEvent) {
    const tables = async () => new Set(['gia_thi_truong', 'don_vi_hanh_chinh']);
    const host: CommitHost = { ...this.access(), tables, after: this.after, journal: this.journal() };
    return commit(event, host);
  }

  reconcile(event: unknown = {}) {
    const host: ReconcileHost = { ...this.access(), awaitsScan: this.awaitsScan, journal: this.journal() };
    return reconcile(event, host);
  }

  /** @param leftMs what Lambda says is left, one answer a question; the last is said for ever */
  maintain({ leftMs = [900_000], mergesByGlue = false }: { leftMs?: readonly number[]; mergesByGlue?: boolean } = {}) {
    const host: MaintainHost = { ...this.access(), mergesByGlue, journal: this.journal() };
    const answers = [...leftMs];
    const left = () => (answers.length > 1 ? answers.shift() : answers[0]) ?? 0;
    return maintain(host, { getRemainingTimeInMillis: left });
  }

  /** Hands on what was sent, until nothing is on its way. */
  async deliver(): Promise<void> {
    for (let round = 0; round < 50 && this.hints.length + this.bells.length > 0; round++) {
      const bells = this.bells.splice(0);
      if (bells.length > 0) await this.commit(envelope(bells.map((dataset) => ({ dataset }))));
      const hints = this.hints.splice(0);
      if (hints.length > 0) await this.intake(hints.map(({ hint }) => hint));
    }
  }
}
