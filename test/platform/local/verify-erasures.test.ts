// An erasure that was cut short is named by verify until somebody carries it through.
import { join } from 'node:path';
import { erase } from '../../../lake/erasure/erase';
import { localPlaces } from '../../../platform/local/erasure-places';
import { verifyLake } from '../../../platform/local/verify';
import { HO_SO, MOT, openMade, PERSON, put } from '../../lake/erasure/made-lake';
import { dyingLake, Killed } from '../../support/faulty';
import type { TestLake } from '../../support/lake';
import { tempFolder } from '../../support/temp';

jest.setTimeout(60_000);

const folder = tempFolder();
const REQUEST = { subject: PERSON, reason: 'Đơn 12/2026', requestId: 'CV-34' };

const run = (lake: TestLake) => erase(REQUEST, lake, undefined, localPlaces(lake));

async function erasures(lake: TestLake) {
  const found = (await verifyLake(lake)).find((check) => check.name === 'erasures');
  if (!found) throw new Error('verify does not look at erasures');
  return found;
}

// Right after the request was claimed, and in the middle of the work.
it.each([3, 9])('names a request that died after %i steps, with the command that finishes it', async (steps) => {
  const dir = join(folder, `killed-${steps}`, 'home');
  const lake = await openMade(dir);
  await put(lake, HO_SO, '2026-09', 'mot.csv', MOT);
  expect(await erasures(lake)).toMatchObject({ ok: true, detail: { en: '0 certified erasures' } });
  await expect(run(dyingLake(lake, steps))).rejects.toThrow(Killed);

  const next = await openMade(dir);
  const found = await erasures(next);
  expect(found).toMatchObject({ ok: false, problems: [{ repair: expect.stringContaining('--request-id CV-34') }] });
  expect(found.detail.en).toContain('the erasure CV-34 was interrupted and has no certificate');
  expect(JSON.stringify(found)).not.toContain(PERSON);

  // While somebody is at work it may be that very erasure: said, but no reason for alarm.
  const work = await next.ports.workspace.open();
  const watcher = await openMade(dir);
  const other = { ...watcher.ports.workspace, owner: 'may-khac~1', isAlive: () => true };
  const watched = { ...watcher, ports: { ...watcher.ports, workspace: other } };
  expect(await erasures(watched)).toMatchObject({ ok: true, problems: [{ isNote: true }] });
  await work.close();

  await run(next);
  expect(await erasures(next)).toMatchObject({ ok: true, detail: { en: '1 certified erasures' }, problems: [] });
});
