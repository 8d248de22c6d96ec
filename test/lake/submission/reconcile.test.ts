// What readers should see, whatever happened: newest good version, minus what was taken back.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wantedVersion } from '../../../lake/submission/candidates';
import { offerEffects, openOffers } from '../../../lake/submission/handoff';
import { reconcile } from '../../../lake/submission/reconcile';
import { recover } from '../../../lake/submission/recover';
import { retract } from '../../../lake/submission/retract';
import { judge } from '../../../lake/submission/seal';
import { claimVersion, listVersions } from '../../../lake/submission/versions';
import { liveRows, openLake, send, snapshots, type TestLake } from '../../support/lake';
import { contractNamed } from '../../support/repository';
import { tempFolder } from '../../support/temp';

const DATASET = 'so_nn_mt/so_lieu_quan_trac';
const TABLE = 'so_lieu_quan_trac';
const FOLDER = tempFolder();
const station = (value: number, hour = 1) => ({
  name: `TTH_CTYDETA_NUO001_202610151${hour}0000.txt`,
  text: `pH\t${value}\tpH\t202610151${hour}0000\t00\n`,
  to: DATASET,
});
const wrong = { ...station(0), text: 'pH\tnhiều\tpH\t20261015110000\t00\n' };

const open = (name: string): Promise<TestLake> => openLake(join(FOLDER, name, 'home'));
const values = (lake: TestLake) => liveRows(lake, TABLE, ['gia_tri']);

async function submissionOf(lake: TestLake): Promise<string> {
  return (await lake.ports.zones.control.list('version/')).map(({ key }) => key.slice(8, key.indexOf('/v/')))[0]!;
}

describe('taking back', () => {
  it('one version brings the one before it back, all of them leave nothing, and sending again undoes it', async () => {
    const lake = await open('one');
    await send(lake, station(7.1));
    const [second] = await send(lake, station(7.2));
    const submission = await submissionOf(lake);
    const one = await retract({ submission, versions: [second!.receipt.version], reason: 'sai' }, lake);
    expect(one.after).toMatchObject({ rows: 1, version: expect.stringMatching(/^000001-/) });
    expect(await values(lake)).toEqual(['7.1000']);

    const rest = await retract({ submission, reason: 'sai' }, lake);
    expect(rest.versions).toEqual([expect.stringMatching(/^000001-/)]);
    expect(await values(lake)).toEqual([]);
    const count = (await snapshots(lake, TABLE)).length;
    expect(await retract({ submission, reason: 'sai' }, lake)).toMatchObject({ versions: [], after: undefined });
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
    expect(await snapshots(lake, TABLE)).toHaveLength(count);

    const [again] = await send(lake, station(7.2));
    expect(again?.verdict).toBe('accepted');
    expect(again?.notes.map((note) => note.en)).toContainEqual(expect.stringContaining('taken back'));
    expect(await values(lake)).toEqual(['7.2000']);
  });

  it('refuses what was never sent, and names the versions there are', async () => {
    const lake = await open('never');
    await send(lake, station(7.1));
    const submission = await submissionOf(lake);
    await expect(retract({ submission: `${submission}x`, reason: 'x' }, lake)).rejects.toMatchObject({
      code: 'E_SUBMISSION',
    });
    await expect(retract({ submission, versions: ['000009-x'], reason: 'x' }, lake)).rejects.toMatchObject({
      code: 'E_SUBMISSION',
      text: { en: expect.stringContaining('000001-') },
    });
    expect(await values(lake)).toEqual(['7.1000']);
  });
});

describe('reconcile', () => {
  it('judges a version whose process died before it said anything, and changes nothing the second time', async () => {
    const lake = await open('unjudged');
    await send(lake, station(7.1));
    const submission = await submissionOf(lake);
    const path = join(FOLDER, 'lost.txt');
    writeFileSync(path, station(7.9).text);
    const digest = await lake.ports.files.digest(path);
    await claimVersion({ submission, period: '2026-10-15', fileName: station(7.9).name, path, ...digest }, lake.ports);
    await reconcile(lake);
    expect(await values(lake)).toEqual(['7.9000']);
    const before = await snapshots(lake, TABLE);
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
    expect(await snapshots(lake, TABLE)).toEqual(before);
  });

  it('leaves the last good version when the newest is refused', async () => {
    const lake = await open('bad');
    await send(lake, station(7.1));
    expect(await send(lake, wrong)).toMatchObject([{ verdict: 'rejected' }]);
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
    const wanted = await wantedVersion(lake.ports.zones.control, await submissionOf(lake));
    expect(wanted?.version).toMatch(/^000001-/);
    expect(await values(lake)).toEqual(['7.1000']);
  });
});

describe('an offer left by a dead writer', () => {
  it('becomes visible with the next commit to its table, and its receipt is written by whoever recovers', async () => {
    const lake = await open('offer');
    await send(lake, station(7.1));
    const [version] = await listVersions(lake.ports.zones.control, await submissionOf(lake));
    // Another slot: judged, sealed and offered, then its process died.
    const path = join(FOLDER, 'offered.txt');
    writeFileSync(path, station(7.5, 2).text);
    const digest = await lake.ports.files.digest(path);
    const submission = version!.submission.replace('20261015110000', '20261015120000');
    const upload = { submission, period: '2026-10-15', fileName: station(7.5, 2).name, path, ...digest };
    const offered = await claimVersion(upload, lake.ports);
    const contract = contractNamed(DATASET);
    const judged = await judge(offered, contract, lake);
    await offerEffects(TABLE, [judged.effect!], lake.ports);
    await judged.close();
    expect(await openOffers(TABLE, undefined, lake.ports)).toHaveLength(1);

    await send(lake, station(7.6, 3));
    expect(await values(lake)).toEqual(['7.1000', '7.5000', '7.6000']);
    expect(await openOffers(TABLE, undefined, lake.ports)).toEqual([]);
    expect((await snapshots(lake, TABLE)).at(-1)?.submissions).toHaveLength(2);
    expect(await recover(lake)).toEqual([]);
  });

  it('is not committed when a newer version has become good meanwhile', async () => {
    const lake = await open('late');
    await send(lake, station(7.1));
    const [version] = await listVersions(lake.ports.zones.control, await submissionOf(lake));
    const judged = await judge(version!, contractNamed(DATASET), lake);
    await send(lake, station(7.2));
    await offerEffects(TABLE, [judged.effect!], lake.ports);
    await judged.close();
    await send(lake, station(7.6, 3));
    expect(await values(lake)).toEqual(['7.2000', '7.6000']);
    expect(await openOffers(TABLE, undefined, lake.ports)).toEqual([]);
  });
});
