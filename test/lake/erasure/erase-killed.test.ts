// An erasure killed at any of its lasting effects goes on when it is run again, and ends as if it had not been.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, readCertificate } from '../../../lake/erasure/certificate';
import { erase } from '../../../lake/erasure/erase';
import { reconcile } from '../../../lake/submission/reconcile';
import { compact } from '../../../lake/table/compact';
import { tablePorts } from '../../../lake/table/transact';
import { localPlaces } from '../../../platform/local/erasure-places';
import { verifyLake } from '../../../platform/local/verify';
import { dyingLake, Killed } from '../../support/faulty';
import type { TestLake } from '../../support/lake';
import { tempFolder } from '../../support/temp';
import { HO_SO, holding, MOT, OTHER, openMade, PERSON, put, rowsOf, text } from './made-lake';

jest.setTimeout(process.env.TAMGIANG_THOROUGH ? 1_800_000 : 300_000);

const folder = tempFolder();
const template = join(folder, 'template');
const REQUEST = { subject: PERSON, reason: 'Đơn 12/2026', requestId: 'A1', datasets: ['ho_so'] };

/** Small, because it is erased from once for each effect: a shared file, a former version, rows set aside, an emptied submission. */
async function fillSmall(lake: TestLake): Promise<void> {
  await put(lake, HO_SO, '2026-09', 'mot.csv', text(['a1', PERSON, 'bản đầu', '1'], ['a2', OTHER, 'bản đầu', '2']));
  await put(lake, HO_SO, '2026-09', 'mot.csv', MOT);
  await put(lake, HO_SO, '2026-09', 'hai.csv', text(['b1', PERSON, '', '1']));
  await compact({ table: 'ho_so', isClosed: () => true }, tablePorts(lake.ports));
}

const run = (lake: TestLake) => erase(REQUEST, lake, undefined, localPlaces(lake));

interface End {
  readonly certificate: Certificate | undefined;
  readonly rows: readonly string[];
  readonly raw: readonly string[];
}

async function endOf(lake: TestLake): Promise<End> {
  const { control, raw } = lake.ports.zones;
  const issued = await readCertificate(control, 'A1');
  return {
    // Its time differs, and so does the number of files searched: attempts leave clean orphans.
    certificate: issued && { ...issued, issuedAt: '', subject: '', probe: { ...issued.probe, files: 0 } },
    rows: (await rowsOf(lake, 'ho_so')).map((row) => row.replace(/'_loaded_at': [^,]*/, '')),
    raw: (await raw.list('')).map(({ key }) => key),
  };
}

it('erase, killed at every lasting effect and run again, ends the same', async () => {
  await fillSmall(await openMade(template));
  const at = async (dir: string) => {
    cpSync(template, dir, { recursive: true });
    return openMade(dir);
  };
  const whole = await at(join(folder, 'whole'));
  await run(whole);
  const expected = await endOf(whole);
  expect(expected.rows).toHaveLength(3);
  expect(expected.certificate?.removed).toMatchObject({ table: { rows: 3, files: 1 }, rejects: { rows: 1, files: 2 } });
  let killed = 0;
  // Each one takes a second or more: the usual run takes every fourth, TAMGIANG_THOROUGH=0 all of them.
  const first = process.env.TAMGIANG_THOROUGH;
  const stride = first === undefined ? 4 : 1;
  for (let after = Number(first ?? 0); ; after += stride) {
    const dir = join(folder, `killed-${after}`);
    const lake = await at(dir);
    const dying = dyingLake(lake, after);
    const error: unknown = await run(dying).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    if (error === undefined) break;
    if (!(error instanceof Killed)) throw error;
    killed++;
    const next = await openMade(dir);
    await run(next);
    expect({ after, ...(await endOf(next)) }).toEqual({ after, ...expected });
    expect(await holding(dir)).toEqual([]);
    if (killed % 5 === 0) {
      expect(await reconcile(next)).toEqual({ submitted: [], retracted: [] });
      expect((await verifyLake(next)).filter((check) => !check.ok)).toEqual([]);
    }
  }
  expect(killed).toBeGreaterThan(12);
});
