// What goes on beside the uploads: maintenance, other software, readers.
import { erase } from '../../lake/erasure/erase';
import { plainPlaces } from '../../lake/erasure/zone-places';
import { dropStaleOffers, offeredKeys } from '../../lake/submission/handoff';
import { reconcile } from '../../lake/submission/reconcile';
import { recover } from '../../lake/submission/recover';
import { retract } from '../../lake/submission/retract';
import type { Lake } from '../../lake/submission/submit';
import { compact } from '../../lake/table/compact';
import { expireSnapshots, removeOrphans } from '../../lake/table/expire';
import type { TableMetadata } from '../../lake/table/metadata';
import { planFiles } from '../../lake/table/plan';
import { tablePorts } from '../../lake/table/transact';
import { foreignWrite, setBack, tagCurrent } from './foreign';
import { decodeRows, OLD_CONTRACT, SUBJECTS } from './made-format';
import { plain } from './model';
import type { Run } from './run';
import { type Act, GRACE_MS } from './scenario';
import { fail } from './violation';

export const TABLE = OLD_CONTRACT.dataset;

export async function perform(act: Act, run: Run): Promise<void> {
  const { scheduler } = run;
  switch (act.kind) {
    case 'recover':
      await run.process('recover', async (lake) => {
        scheduler.count('recovered', (await recover(lake)).length);
      });
      return;
    case 'read':
      await run.process('reader', (lake) => read(lake, run));
      return;
    case 'tag':
      await run.process('release', async (lake) => {
        if (await tagCurrent(lake, TABLE, `phat-hanh-${act.pick % 1000}`)) scheduler.count('tag');
      });
      return;
    case 'foreign-replace':
      await run.process('optimiser', async (lake) => {
        if (await foreignWrite(lake, run, TABLE, act.pick, false)) scheduler.count('foreign-replace');
      });
      return;
    case 'foreign-overwrite':
      await run.process('stranger', async (lake) => {
        if (await foreignWrite(lake, run, TABLE, act.pick, true)) scheduler.count('foreign-overwrite');
      });
      run.at(scheduler.nowMs - run.startMs + 2_000, () => steward(run));
      return;
    case 'delete-raw':
      deleteRaw(run, act.pick);
      return;
    case 'reconcile':
      await run.process('reconcile', async (lake) => {
        const { submitted, retracted } = await reconcile(lake);
        scheduler.count('reconciled', submitted.length + retracted.length);
      });
      return;
    case 'retract': {
      const sent = run.watch.sentVersions();
      const one = sent[act.pick % Math.max(1, sent.length)];
      if (!one) return;
      const { submission } = one;
      // Every other one takes back one version, mostly the newest; the rest everything so far.
      const newest = sent.findLast((other) => other.submission === submission) ?? one;
      const { version } = (act.pick >>> 8) % 3 === 0 ? one : newest;
      const versions = (act.pick >>> 16) & 1 ? { versions: [version] } : {};
      await run.process('retract', async (lake) => {
        await retract({ submission, reason: 'made up', ...versions }, lake);
        if (!run.watch.isRetracted(submission, version))
          fail('I17', `${submission} ${version} was said to be retracted, but nothing of it is recorded`);
        scheduler.count('retracted');
      });
      return;
    }
    case 'compact':
      await run.process('compact', async (lake) => {
        const done = await compact({ table: TABLE, isClosed: () => true }, tablePorts(lake.ports));
        for (const { outcome } of done) scheduler.count(outcome === 'compacted' ? 'compacted' : 'compaction-aborted');
      });
      return;
    case 'expire':
      await run.process('expire', (lake) => expire(lake, run, act.pick));
      return;
    case 'orphans':
      await run.process('orphans', (lake) => orphans(lake, run));
      return;
    case 'erase': {
      const subject = SUBJECTS[act.pick % SUBJECTS.length] ?? '';
      run.watch.toErase.add(subject);
      await run.process('erase', async (lake) => {
        await eraseFor(subject, lake, run);
        scheduler.count('erased');
      });
      return;
    }
  }
}

/** Somebody clears the bytes of a version away that readers see and whose sender was answered: it is still what was sent. */
function deleteRaw(run: Run, pick: number): void {
  const { raw, receipts, control } = run.world.zones;
  const metadata = run.world.heads.get(TABLE)?.metadata;
  const current = metadata?.snapshots?.find((s) => s['snapshot-id'] === metadata['current-snapshot-id']);
  const shown = current ? run.watch.shown(current) : undefined;
  const sent = run.watch.sentVersions();
  const done = sent.filter(
    ({ submission, version, sha256 }) =>
      shown?.get(submission)?.versions.has(version) &&
      receipts.objects.has(`${submission}/v/${version}/receipt.json`) &&
      sent.filter((one) => one.submission === submission && one.sha256 === sha256).length === 1 &&
      ![...control.objects.keys()].some((key) => key.startsWith('in-flight/') && key.includes(version)),
  );
  const one = done[pick % Math.max(1, done.length)];
  if (!one) return;
  run.watch.bytesDeleted = true;
  raw.delete(one.raw);
  run.scheduler.count('raw-deleted');
}

/** What a function had sent may arrive a little after its end. */
const LATE_MS = 60_000;

/** Whoever is handed a certificate finds it in the lake, and where work has an end, the person nowhere any more. */
export async function eraseFor(subject: string, lake: Lake, run: Run): Promise<void> {
  const { lifeMs } = run.scenario;
  const places = plainPlaces(lake);
  const outlasting = lifeMs === undefined ? places : { ...places, outlastMs: lifeMs + LATE_MS };
  const { requestId } = await erase({ subject, reason: 'made up' }, lake, undefined, outlasting);
  if (lifeMs !== undefined) run.watch.certify(subject);
  for (const end of ['json', 'html'])
    if (!run.world.zones.control.objects.has(`erasure/certificate/${requestId}.${end}`))
      fail('I12', `the certificate ${requestId}.${end} was handed out, but it is not kept`);
}

/** Few snapshots stay, so that there is something to lose. */
export async function expire(lake: Lake, run: Run, pick: number): Promise<void> {
  const request = { table: TABLE, keepAtLeast: 1 + (pick % 4), maxAgeMs: pick % 3 === 0 ? 0 : 2_000 };
  run.scheduler.count('expired', await expireSnapshots(request, tablePorts(lake.ports)));
}

export async function orphans(lake: Lake, run: Run): Promise<void> {
  const offered = () => offeredKeys(TABLE, lake.ports);
  const { keys } = await removeOrphans({ table: TABLE, graceMs: GRACE_MS, offered }, tablePorts(lake.ports));
  run.scheduler.count('orphan-removed', keys.length);
  run.scheduler.count('stale-offer-dropped', await dropStaleOffers(TABLE, lake.ports));
}

/** Puts the table back to before a foreign write that changed rows; again until it is done. */
export async function steward(run: Run): Promise<void> {
  const metadata = run.world.heads.get(TABLE)?.metadata;
  if (!metadata?.snapshots?.some((s) => run.watch.spoilt.has(String(s['snapshot-id'])))) return;
  run.watch.stewardActs = true;
  await run.process('steward', (lake) => setBack(lake, run, TABLE));
}

/** Looks at the table several times, and at an old snapshot again: what was seen once is seen again. */
async function read(lake: Lake, run: Run): Promise<void> {
  const { chance } = run.scheduler;
  let newest = -1;
  let held: TableMetadata | undefined;
  for (let look = 0; look < 4; look++) {
    const head = await lake.ports.catalog.load(TABLE);
    if (!head) return;
    const current = head.metadata.snapshots?.find((s) => s['snapshot-id'] === head.metadata['current-snapshot-id']);
    const sequence = current?.['sequence-number'] ?? 0;
    if (sequence < newest && !run.watch.stewardActs) fail('I10', `a reader saw ${newest}, then ${sequence}`);
    newest = Math.max(newest, sequence);
    held = held && chance.happens(0.5) ? held : head.metadata;
    await readSnapshot(held, lake, run);
    await lake.ports.clock.sleep(chance.int(1, 3_000));
  }
}

async function readSnapshot(metadata: TableMetadata, lake: Lake, run: Run): Promise<void> {
  const id = metadata['current-snapshot-id'];
  const isKept = () => run.world.heads.get(TABLE)?.metadata.snapshots?.some((s) => s['snapshot-id'] === id) ?? false;
  const seen: string[] = [];
  const { curated } = lake.ports.zones;
  try {
    const plan = await planFiles(curated, metadata);
    for (const file of plan.files) {
      const bytes = await curated.get(file.path.slice(curated.location('').length));
      if (!bytes) {
        if (isKept()) fail('I11', `a reader of the retained snapshot ${id} did not find ${file.path}`);
        return;
      }
      seen.push(...decodeRows(bytes, file.path).map(plain));
    }
    if (!plan.snapshot) return;
    const shown = run.watch.knownSnapshot(plan.snapshot);
    if (shown && shown.join('\n') !== seen.sort().join('\n'))
      fail('I6', `a reader of snapshot ${id} saw other rows than it holds`);
    run.scheduler.count('reader-check');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'E_FILE_MISSING') throw error;
    if (isKept()) fail('I11', `a reader of the retained snapshot ${id} missed a file: ${String(error)}`);
  }
}
