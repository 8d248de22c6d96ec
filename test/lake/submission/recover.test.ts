// A process killed between any two of its effects: readers see all old or all new, and the next process finishes the work.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readReceipt } from '../../../lake/submission/receipt-store';
import { recover } from '../../../lake/submission/recover';
import { allVersions } from '../../../lake/submission/versions';
import { verifyLake } from '../../../platform/local/verify';
import { dyingLake, Killed } from '../../support/faulty';
import { liveRows, openLake, send, snapshots, type TestLake } from '../../support/lake';
import { prices } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const OLD = ['HANG1|1000.00'];
const NEW = ['HANG1|1500.00', 'HANG2|2000.00', 'HANG3|3000.00', 'HANG4|4000.00'];
const former = prices(['1.000']);
/** One wrong row, so that every kind of object is written. */
const correction = prices(['1.500', '2.000', '3.000', '4.000', 'x']);

async function dieAfter(effects: number) {
  const home = join(folder, `after-${effects}`, 'home');
  const lake = await openLake(home);
  await send(lake, former);
  const died = await send(dyingLake(lake, effects), correction).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true;
      throw error;
    },
  );
  return { lake: await openLake(home), died };
}

const rowsOf = (lake: TestLake) => liveRows(lake, 'gia_thi_truong', ['ma_mat_hang', 'gia']);

interface Aftermath {
  readonly between: readonly string[];
  readonly rows: readonly string[];
  readonly failing: readonly unknown[];
  readonly verdict: string | undefined;
  readonly snapshots: number;
  readonly versions: number;
  readonly receipts: number;
  readonly inFlight: number;
  readonly dataFiles: number;
  readonly tmp: readonly string[];
}

async function aftermath(lake: TestLake): Promise<Aftermath> {
  const { zones } = lake.ports;
  const between = await rowsOf(lake);
  await recover(lake);
  const failing = (await verifyLake(lake)).filter((check) => !check.ok);
  const [sent] = await send(lake, correction);
  const versions = await allVersions(zones.control);
  const receipts = await Promise.all(versions.map((version) => readReceipt(zones.receipts, version)));
  return {
    between,
    rows: await rowsOf(lake),
    failing,
    verdict: sent?.verdict,
    snapshots: (await snapshots(lake, 'gia_thi_truong')).length,
    versions: versions.length,
    receipts: receipts.filter((receipt) => receipt !== undefined).length,
    inFlight: (await zones.control.list('in-flight/')).length,
    dataFiles: (await zones.curated.list('gia_thi_truong/data/')).length,
    tmp: readdirSync(join(lake.ports.dir, 'tmp')),
  };
}

describe('a process killed while taking in a correction, after any of its effects', () => {
  const deaths: Aftermath[] = [];
  beforeAll(async () => {
    for (let alive = false, n = 0; !alive; n++) {
      const { lake, died } = await dieAfter(n);
      alive = !died;
      deaths.push(await aftermath(lake));
    }
  }, 60_000);

  it('has more than ten effects to die between', () => {
    expect(deaths.length).toBeGreaterThan(10);
  });

  it('leaves the old rows or the new rows', () => {
    for (const { between } of deaths) expect([OLD, NEW]).toContainEqual(between);
    expect(deaths[0]?.between).toEqual(OLD);
    expect(deaths.at(-1)?.between).toEqual(NEW);
  });

  it('is finished by the next one, once, with a receipt for every version', () => {
    for (const death of deaths) {
      expect(death).toMatchObject({ rows: NEW, failing: [], snapshots: 2, versions: 2, receipts: 2, inFlight: 0 });
      expect(['partial', 'unchanged']).toContain(death.verdict);
    }
  });

  it('leaves no work folder behind', () => {
    for (const { tmp } of deaths) expect(tmp).toEqual([]);
  });

  it('leaves at most one data file that no snapshot names, for expiry to take', () => {
    for (const { dataFiles } of deaths) expect([2, 3]).toContain(dataFiles);
    expect(deaths.at(-1)?.dataFiles).toBe(2);
  });
});

describe('a process still at work', () => {
  it('is left alone', async () => {
    const { lake } = await dieAfter(5);
    const busy = { ...lake, ports: { ...lake.ports, workspace: { ...lake.ports.workspace, isAlive: () => true } } };
    expect(await recover(busy)).toEqual([]);
    expect(await recover(lake)).toMatchObject([{ file: 'gia.csv', verdict: 'partial' }]);
    expect(await recover(lake)).toEqual([]);
  });
});

describe('an older version finished late', () => {
  it('never comes back over a newer one', async () => {
    const { lake } = await dieAfter(5);
    await send(lake, prices(['9.000']));
    const [late] = await recover(lake);
    expect(late?.receipt.snapshot).toBeNull();
    expect(late?.receipt.notes.at(-1)?.en).toBe(
      'A newer version of this submission was taken in first: this one is not visible.',
    );
    expect(await rowsOf(lake)).toEqual(['HANG1|9000.00']);
  });
});
