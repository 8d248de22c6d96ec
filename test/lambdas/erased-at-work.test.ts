// A person is erased while a function is at work that has read them already: what it puts down late is taken away before the
// certificate is written, and what it has not put down yet it leaves out.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../../lake/erasure/certificate';
import { type EraseStep, erase } from '../../lake/erasure/erase';
import { plainPlaces } from '../../lake/erasure/zone-places';
import type { ObjectStore } from '../../platform/ports';
import { HO_SO, holding, OTHER, openMade, PERSON, put, text } from '../lake/erasure/made-lake';
import { liveRows, type TestLake } from '../support/lake';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

jest.setTimeout(120_000);

const folder = tempFolder();
const OUTLAST_MS = 16 * 60_000;
let homes = 0;

interface UnderWay {
  readonly waits: Promise<void>;
  /** Time goes on. */
  end(): Promise<Certificate>;
  readonly slept: number[];
  readonly steps: EraseStep[];
}

/** An erasure by a clock of its own, which stands still while the erasure waits for others. */
function beginErasing(lake: TestLake): UnderWay {
  const slept: number[] = [];
  const steps: EraseStep[] = [];
  let skippedMs = 0;
  let goOn = () => {};
  const released = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let tellWaiting = () => {};
  const waits = new Promise<void>((resolve) => {
    tellWaiting = resolve;
  });
  const { clock } = lake.ports;
  const own = {
    ...lake,
    ports: {
      ...lake.ports,
      clock: {
        now: () => clock.now() + skippedMs,
        async sleep(ms: number) {
          if (ms < 1_000) return clock.sleep(ms);
          tellWaiting();
          await released;
          slept.push(ms);
          skippedMs += ms;
        },
      },
    },
  };
  const places = { ...plainPlaces(own), outlastMs: OUTLAST_MS };
  const done = erase({ subject: PERSON, reason: 'thử' }, own, (step) => steps.push(step), places);
  const end = () => {
    goOn();
    return done;
  };
  return { waits: Promise.race([waits, done.then(() => undefined)]), end, slept, steps };
}

/** Where the number stands in the zones; a function's own disk is gone with it. */
async function found(lake: TestLake): Promise<readonly string[]> {
  rmSync(join(lake.ports.dir, 'tmp'), { recursive: true, force: true });
  return holding(lake.ports.dir);
}

/** Begins an erasure the first time something is done, and lets it come as far as it comes alone. */
function onceErasing(lake: TestLake) {
  let begun: UnderWay | undefined;
  return {
    before:
      <A extends unknown[], T>(act: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        begun ??= beginErasing(lake);
        await begun.waits;
        return act(...args);
      },
    after:
      <A extends unknown[], T>(act: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        const done = await act(...args);
        begun ??= beginErasing(lake);
        await begun.waits;
        return done;
      },
    underWay(): UnderWay {
      if (!begun) throw new Error('the moment never came');
      return begun;
    },
  };
}

const good = (...people: readonly string[]) => people.map((person, i) => `${i};${person};;1\n`).join('');
/** What was found wrong, and so the receipt, names them too. */
const bad = (person: string) => `x;${person};;ba ${person}\n`;
const HEADER = 'ma;so_dinh_danh;ghi_chu;so_luong\n';
const FILES = {
  refused: { body: HEADER + bad(PERSON) + bad(PERSON) + good(OTHER), left: [] },
  'partly accepted': { body: HEADER + bad(PERSON) + good(OTHER, OTHER, OTHER), left: ['0', '1', '2'] },
  accepted: { body: HEADER + good(OTHER, PERSON, OTHER), left: ['0', '2'] },
} as const;
const KINDS = Object.entries(FILES);

const key = `${HO_SO.name}/2026-10/a.csv`;

it.each(KINDS)('a file judged meanwhile and then %s: nothing of the person is put down', async (_, { body }) => {
  const lake = await openMade(join(folder, String(homes++)));
  const moment = onceErasing(lake);
  const { converter } = lake.ports;
  const convert = moment.after((...args: Parameters<typeof converter.convert>) => converter.convert(...args));
  const aws = new MadeAws({ ...lake, ports: { ...lake.ports, converter: { convert } } });
  expect(await aws.intake([aws.event(aws.upload(key, body))])).toEqual({ batchItemFailures: [] });
  expect(await found(lake)).toEqual([]);
  const certificate = await moment.underWay().end();
  expect(certificate.probe.found).toBe(0);
  expect(await found(lake)).toEqual([]);
});

/** The store, where putting waits for the moment. */
function hooked(store: ObjectStore, moment: ReturnType<typeof onceErasing>): ObjectStore {
  return {
    ...store,
    put: moment.before((...args: Parameters<ObjectStore['put']>) => store.put(...args)),
    putFile: moment.before((...args: [string, string]) => store.putFile(...args)),
    putFileIfAbsent: moment.before((...args: [string, string]) => store.putFileIfAbsent(...args)),
    adoptFileIfAbsent: moment.before((...args: [string, string]) => store.adoptFileIfAbsent(...args)),
  };
}

it.each(KINDS)(
  'a file %s and put down after everything was searched: it is found before there is a certificate',
  async (kind, { body, left }) => {
    const lake = await openMade(join(folder, String(homes++)));
    const moment = onceErasing(lake);
    const { zones } = lake.ports;
    const late =
      kind === 'accepted'
        ? { curated: hooked(zones.curated, moment) }
        : { quarantine: hooked(zones.quarantine, moment) };
    const aws = new MadeAws({ ...lake, ports: { ...lake.ports, zones: { ...zones, ...late } } });
    expect(await aws.intake([aws.event(aws.upload(key, body))])).toEqual({ batchItemFailures: [] });
    expect(await found(lake)).not.toEqual([]);
    const { end, slept, steps } = moment.underWay();
    const certificate = await end();
    expect(await found(lake)).toEqual([]);
    // One certificate, which counts what came late.
    expect(Object.keys(certificate.removed)).not.toEqual([]);
    expect(certificate.requestId).not.toContain('~');
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(OUTLAST_MS - 60_000);
    expect(steps).toContainEqual({ what: 'outlast', dataset: '', done: 0, of: 16 });
    await aws.deliver();
    expect(await liveRows(lake, HO_SO.dataset, ['ma'])).toEqual(left);
    expect(await found(lake)).toEqual([]);
  },
);

it('files merged meanwhile, and for nothing: the merged one is found before there is a certificate', async () => {
  const lake = await openMade(join(folder, String(homes++)));
  for (let n = 0; n < 9; n++)
    await put(lake, HO_SO, '2026-01', `${n}.csv`, text([`m${n}`, n === 4 ? PERSON : OTHER, '', '1']));
  const moment = onceErasing(lake);
  const { rewriter } = lake.ports;
  const rewrite = moment.after((...args: Parameters<typeof rewriter.rewrite>) => rewriter.rewrite(...args));
  const aws = new MadeAws({ ...lake, ports: { ...lake.ports, rewriter: { ...rewriter, rewrite } } });
  aws.nowMs = Math.max(Date.now(), Date.UTC(2026, 10, 1));
  expect((await aws.maintain()).failed).toEqual([]);
  expect(await found(lake)).toEqual([expect.stringMatching(/compact-.*\.parquet$/)]);
  const certificate = await moment.underWay().end();
  expect(await found(lake)).toEqual([]);
  expect(certificate.removed).toMatchObject({ table: { rows: 1 }, orphans: { files: 1 } });
  expect(await liveRows(lake, HO_SO.dataset, ['ma'])).toHaveLength(8);
});

it('a draft made before and read after is not sent as a receipt', async () => {
  const lake = await openMade(join(folder, String(homes++)));
  const aws = new MadeAws(lake);
  const { quarantine } = lake.ports.zones;
  await aws.intake([aws.event(aws.upload(key, FILES['partly accepted'].body))]);
  const [draft] = await quarantine.list('draft/');
  const bytes = draft && (await quarantine.get(draft.key));
  expect(Buffer.from(bytes ?? []).toString()).toContain(PERSON);
  const { waits, end } = beginErasing(lake);
  await waits;
  // A function that began before the erasure puts it down now; a newer version has come meanwhile.
  await quarantine.put(draft?.key ?? '', bytes ?? '');
  await aws.intake([aws.event(aws.upload(key, HEADER + good(OTHER)))]);
  expect(await aws.commit(envelope([{ dataset: HO_SO.dataset }]))).toEqual({ batchItemFailures: [] });
  expect(await found(lake)).toEqual([]);
  await end();
  await aws.deliver();
  expect(await found(lake)).toEqual([]);
  expect(await liveRows(lake, HO_SO.dataset, ['ma'])).toEqual(['0']);
});
