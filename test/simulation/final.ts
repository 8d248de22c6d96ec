// When everything has been sent and nothing goes wrong any more: the lake comes to rest, and is what the model says.

import { TRANSFORM_VERSION } from '../../lake/intake/conversion';
import { reconcile } from '../../lake/submission/reconcile';
import { recover } from '../../lake/submission/recover';
import { eraseFor, expire, orphans, steward, TABLE } from './acts';
import { judgeText, redactText } from './made-format';
import { CONTRACT_VERSIONS, expectedRows, type Facts, versionName, wanted } from './model';
import { everyObject } from './ports';
import type { Run } from './run';
import { GRACE_MS } from './scenario';
import { fail } from './violation';

/** Long afterwards is looked at in some of the runs: it costs as much as the run. */
const TIDY_EVERY = 8;

/** Longer than a marker is respected. */
const LATER_MS = 3 * 3_600_000;

export async function settle(run: Run): Promise<void> {
  const { scheduler } = run;
  scheduler.faults = false;
  scheduler.thawAll();
  await scheduler.run();
  run.at(scheduler.nowMs - run.startMs, () => steward(run));
  await scheduler.run();
  if (isLostToStrangers(run)) {
    scheduler.count('needs-rebuild');
    return;
  }
  // What one round mends, the next one leaves alone; a third looks at what the second left, in some of the runs.
  const rounds = run.scenario.seed % 4 === 0 ? 3 : 2;
  for (let round = 1; round <= rounds; round++) {
    scheduler.nowMs += LATER_MS;
    await once(run, 'recover', async (lake) => {
      await recover(lake, ({ en }) => fail('I17', `recovery fails, though nothing goes wrong: ${en}`));
    });
    await once(run, 'reconcile', async (lake) => {
      const before = run.world.heads.get(TABLE)?.token;
      await reconcile(lake);
      if (round === rounds && run.world.heads.get(TABLE)?.token !== before)
        fail('I17', 'the last reconciliation still writes to the table');
    });
  }
  await eraseAgain(run);
  checkRows(run);
  if (run.scenario.seed % TIDY_EVERY === 0) await tidy(run);
  checkUploads(run);
  checkRejects(run);
}

/** Others changed the rows and the snapshot before them has expired: nothing to go back to, only a rebuild helps. */
function isLostToStrangers(run: Run): boolean {
  const metadata = run.world.heads.get(TABLE)?.metadata;
  const current = metadata?.snapshots?.find((s) => s['snapshot-id'] === metadata['current-snapshot-id']);
  if (!current || !run.watch.spoilt.has(String(current['snapshot-id']))) return false;
  return !metadata?.snapshots?.some((s) => s['snapshot-id'] === current['parent-snapshot-id']);
}

/** A request is repeated until it gets through; then the person is nowhere, whoever was late to hear of it. */
async function eraseAgain(run: Run): Promise<void> {
  for (const subject of run.watch.toErase) await once(run, 'erase', (lake) => eraseFor(subject, lake, run));
  for (const subject of run.watch.toErase)
    for (const { zone, key, body } of everyObject(run.world))
      if (body.includes(subject)) fail('I12', `${zone}/${key} still names ${subject}`);
}

/** Long afterwards nothing is left over: neither offers nor files that nobody names. */
async function tidy(run: Run): Promise<void> {
  run.scheduler.nowMs += 10 * GRACE_MS;
  await once(run, 'expire', (lake) => expire(lake, run, 0));
  await once(run, 'orphans', (lake) => orphans(lake, run));
  // What an offer named was spared; without the offer it goes.
  await once(run, 'orphans', (lake) => orphans(lake, run));
  const { curated } = run.world.zones;
  const head = run.world.heads.get(TABLE);
  const named = new Set(
    (head?.metadata.snapshots ?? []).flatMap((snapshot) => [...run.watch.tree.references(snapshot)]),
  );
  for (const key of head ? curated.objects.keys() : []) if (!named.has(key)) fail('I17', `curated/${key} is left over`);
  for (const key of named) if (!curated.objects.has(key)) fail('I11', `curated/${key} is gone, though it is named`);
  for (const key of run.world.zones.control.objects.keys())
    if (key.startsWith('handoff/')) fail('I17', `control/${key} is left over`);
  checkRows(run);
}

async function once(run: Run, kind: string, task: Parameters<Run['process']>[1]): Promise<void> {
  let done = false;
  run.at(scheduler(run), async () => {
    done = await run.process(kind, task);
  });
  await run.scheduler.run();
  if (!done) fail('I17', `${kind} did not get through, though nothing went wrong`);
}

const scheduler = (run: Run) => run.scheduler.nowMs - run.startMs;

function facts(run: Run): Facts {
  const versions = run.watch.sentVersions();
  const { objects } = run.world.zones.control;
  return {
    versions,
    retracted: new Set(
      versions
        .filter((sent) => run.watch.isRetracted(sent.submission, sent.version))
        .map((sent) => versionName(sent.submission, sent.version)),
    ),
    erased: run.watch.toErase,
    goodUnder: ({ submission, version }) =>
      CONTRACT_VERSIONS.filter((contract) => {
        const key = `verdict/${submission}/v/${version}/${contract}.${TRANSFORM_VERSION}.none.json`;
        const stored = objects.get(key)?.body.toString('utf8');
        return stored !== undefined && !stored.includes('"rejected"');
      }),
  };
}

/** What is seen of every submission is what the model says, whatever happened on the way. */
function checkRows(run: Run): void {
  const known = facts(run);
  checkVerdicts(run, known);
  const head = run.world.heads.get(TABLE);
  const current = head?.metadata.snapshots?.find((s) => s['snapshot-id'] === head.metadata['current-snapshot-id']);
  const shown = current ? run.watch.shown(current) : new Map<string, never>();
  const submissions = new Set([...known.versions.map((sent) => sent.submission), ...shown.keys()]);
  for (const submission of submissions) {
    const seen = (shown.get(submission)?.rows ?? []).join('\n');
    const expected = expectedRows(known, submission).map((rows) => rows.join('\n'));
    if (!expected.includes(seen))
      fail(
        'I5',
        `in the end ${submission} shows ${seen || 'nothing'} instead of ${expected.join(' or ') || 'nothing'}`,
      );
  }
}

/** Every verdict is what the text deserves, and every newest version has one or a better one before it. */
function checkVerdicts(run: Run, { versions, goodUnder }: Facts): void {
  for (const sent of versions)
    for (const contract of goodUnder(sent))
      if (judgeText(sent.text, contract).verdict === 'rejected')
        fail('I7', `${sent.submission} ${sent.version} was judged good under ${contract}, but is not`);
  const newest = new Map(versions.map((sent) => [sent.submission, sent]));
  for (const sent of newest.values()) {
    const prefix = `verdict/${sent.submission}/v/${sent.version}/`;
    const judged = [...run.world.zones.control.objects.keys()].some((key) => key.startsWith(prefix));
    if (!judged && !run.watch.isRetracted(sent.submission, sent.version))
      fail('I17', `${sent.submission} ${sent.version} was never judged`);
  }
}

/** Whatever was sent has its place in the order, and an answer. */
function checkUploads(run: Run): void {
  const { world, watch } = run;
  const sent = watch.sentVersions();
  for (const upload of run.scenario.uploads)
    if (
      !run.givenUp.has(upload) &&
      !sent.some(
        ({ submission, text }) => submission.endsWith(`/${upload.period}/${upload.slot}`) && text === upload.text,
      )
    )
      fail('I17', `an upload of ${upload.slot} ${upload.period} has no place in the order`);
  const { objects } = world.zones.control;
  for (const key of objects.keys()) if (key.startsWith('in-flight/')) fail('I17', `control/${key} is left over`);
  // A version whose process died before it was judged is answered unless a newer one has taken its place by then.
  const known = facts(run);
  for (const { submission, version, arrival } of sent)
    if (
      arrival >= (wanted(known, submission)?.arrival ?? 0) &&
      !watch.isRetracted(submission, version) &&
      !world.zones.receipts.objects.has(`${submission}/v/${version}/receipt.json`)
    )
      fail('I17', `${submission} ${version} has no receipt`);
}

/** Rows set aside lie in quarantine, once, as they were sent: those of the contract the receipt names. */
function checkRejects(run: Run): void {
  const { quarantine } = run.world.zones;
  for (const { submission, version, text } of run.watch.sentVersions()) {
    const folder = `${submission}/v/${version}/`;
    const receipt = run.world.zones.receipts.objects.get(`${folder}receipt.json`)?.body.toString('utf8');
    if (receipt === undefined) continue;
    const files = [...quarantine.objects].filter(([key]) => key.startsWith(folder));
    const wanted = judgeText(text, JSON.parse(receipt).contractVersion).setAside.join('\n');
    if (files.length > 1) fail('I9', `${folder} has ${files.length} files of rows set aside`);
    const left = (text: string) =>
      redactText(text, (value) => run.watch.toErase.has(value))
        .text.split('\n')
        .filter((line) => line !== '')
        .join('\n');
    const held = left(files[0]?.[1].body.toString('utf8') ?? '');
    if (held !== left(wanted)) fail('I9', `${folder} holds other rows than were set aside`);
  }
}
