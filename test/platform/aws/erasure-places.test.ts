// What erasing does to versions in buckets, told by made-up buckets: which may be looked into, which may go.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../lake/errors';
import { writeMark } from '../../../lake/submission/marks';
import { COMMIT } from '../../../lambdas/commit/constants';
import { INTAKE, INTAKE_HEAVY } from '../../../lambdas/intake/constants';
import { MAINTAIN } from '../../../lambdas/maintain/constants';
import { RECONCILE } from '../../../lambdas/reconcile/constants';
import { REFRESH } from '../../../lambdas/refresh/constants';
import { REPORT } from '../../../lambdas/report/constants';
import { awsPlaces } from '../../../platform/aws/erasure-places';
import type { ObjectVersion, VersionedBucket } from '../../../platform/aws/object-versions';
import { HO_SO, openMade } from '../../lake/erasure/made-lake';
import type { TestLake } from '../../support/lake';
import { tempFolder } from '../../support/temp';

const PERSON = '046000000001';
const folder = tempFolder();
let lake: TestLake;
beforeAll(async () => {
  lake = await openMade(join(folder, 'lake'));
});

interface Made extends VersionedBucket {
  readonly versions: Map<string, ObjectVersion>;
  readonly fetched: string[];
}

/** `key@version` → text; `undefined`: it may not be read. The first version of a key is its latest. */
function bucket(texts: Readonly<Record<string, string | undefined>>): Made {
  const versions = new Map<string, ObjectVersion>();
  const seen = new Set<string>();
  for (const [name, text] of Object.entries(texts)) {
    const [key = '', versionId = ''] = name.split('@');
    const isMarker = text === 'MARKER';
    const sizeBytes = isMarker ? 0 : 9;
    versions.set(name, { key, versionId, sizeBytes, modifiedAtMs: 0, isLatest: !seen.has(key), isMarker });
    seen.add(key);
  }
  const fetched: string[] = [];
  return {
    versions,
    fetched,
    list: async (prefix) => [...versions.values()].filter(({ key }) => key.startsWith(prefix)),
    look: async () => {
      throw new Error('is not looked into by folders');
    },
    async fetch({ key, versionId }, path) {
      const text = texts[`${key}@${versionId}`];
      fetched.push(`${key}@${versionId}`);
      if (text === undefined) throw new InputError('E_ACCESS', { vi: 'không được', en: 'refused' });
      writeFileSync(path, text);
      return true;
    },
    async remove({ key, versionId }) {
      versions.delete(`${key}@${versionId}`);
    },
  };
}

function placesOf(stores: Readonly<Record<string, VersionedBucket>>, hidesUnscanned = false) {
  return awsPlaces({
    lake,
    stores: new Map(Object.entries(stores)),
    hidesUnscanned,
    marts: 'kho/',
    refresh: async () => {},
    release: async () => {},
  });
}

describe('a person in versions of objects', () => {
  it('is searched for once in each version, former ones and names included, in every store', async () => {
    const raw = bucket({ 'a.csv@2': 'không có ai', 'a.csv@1': `x;${PERSON}`, [`${PERSON}.csv@1`]: 'MARKER' });
    const open = bucket({ 'b.pdf@1': '%PDF-1.7' });
    const places = placesOf({ raw, open });
    const probe = await places.probe(PERSON);
    expect(probe).toEqual({
      files: 3,
      stores: ['raw', 'open'],
      traces: [
        { name: 'raw/a.csv@1', matches: 1, isSearchable: true, isFormer: true },
        { name: `raw/${PERSON}.csv@1`, matches: 1, isSearchable: true, isFormer: true },
        { name: 'open/b.pdf', matches: 0, isSearchable: false },
      ],
    });
    await places.probe(PERSON);
    expect(raw.fetched).toEqual(['a.csv@2', 'a.csv@1', 'a.csv@1']);
    // Of another person nothing is known yet.
    await places.probe('046000000002');
    expect(raw.fetched.slice(3)).toEqual(['a.csv@2', 'a.csv@1']);
  });

  it('may stand in an upload nobody may read before it is scanned: that is told, any other refusal stops', async () => {
    const unread = () => bucket({ 'x/moi.csv@1': undefined });
    const { traces } = await placesOf({ ingest: unread() }, true).probe(PERSON);
    expect(traces).toEqual([{ name: 'ingest/x/moi.csv', matches: 0, isSearchable: false }]);
    await expect(placesOf({ ingest: unread() }).probe(PERSON)).rejects.toMatchObject({ code: 'E_ACCESS' });
    await expect(placesOf({ raw: unread() }, true).probe(PERSON)).rejects.toMatchObject({ code: 'E_ACCESS' });
  });

  it('leaves former versions, reports, answers and uploads; what is in use and records are not touched', async () => {
    const theirs = `x;${PERSON}`;
    const stores = {
      raw: bucket({
        'a.csv@1': theirs,
        'b.csv@2': 'MARKER',
        'b.csv@1': theirs,
        'c.pdf@2': 'MARKER',
        'c.pdf@1': '%PDF-1.7',
      }),
      quarantine: bucket({ 'c.pdf@2': 'MARKER', 'c.pdf@1': '%PDF-1.7' }),
      control: bucket({
        'version/a/v/000001.json@2': '{}',
        'version/a/v/000001.json@1': theirs,
        'ledger/a@2': '{}',
        'ledger/a@1': theirs,
      }),
      open: bucket({ 'a.csv@2': theirs, 'a.csv@1': theirs }),
      reports: bucket({ 'a.html@1': theirs, 'b.html@1': 'không có ai' }),
      results: bucket({ 'a.csv@1': theirs }),
    };
    const tidied = await placesOf(stores).tidy(PERSON, () => false);
    expect(tidied.map(({ place, name }) => `${place} ${name}`)).toEqual([
      'versions raw/b.csv@1',
      'versions raw/c.pdf@1',
      'versions control/version/a/v/000001.json@1',
      'reports reports/a.html',
      'answers results/a.csv',
    ]);
    const left = Object.entries(stores).map(([name, { versions }]) => [name, [...versions.keys()]]);
    expect(Object.fromEntries(left)).toEqual({
      raw: ['a.csv@1', 'b.csv@2', 'c.pdf@2'],
      quarantine: ['c.pdf@2', 'c.pdf@1'],
      control: ['version/a/v/000001.json@2', 'ledger/a@2', 'ledger/a@1'],
      open: ['a.csv@2', 'a.csv@1'],
      reports: ['b.html@1'],
      results: [],
    });
  });

  it('leaves an upload that has been looked at, or is nobody’s; not one that is still to be taken in', async () => {
    const names = ['da-xem.csv', 'moi.csv'].map((name) => `${HO_SO.name}/2026-09/${name}`);
    const [seen = '', fresh = ''] = names;
    const upload = { key: seen, versionId: '1', modifiedAtMs: 0 };
    await writeMark(lake.ports.zones.control, `${HO_SO.name}/2026-09/da-xem`, { upload, outcome: 'refused' });
    const ingest = bucket({ [`${seen}@1`]: PERSON, [`${fresh}@1`]: PERSON, 'lạc@1': PERSON });
    await placesOf({ ingest }).tidy(PERSON, () => false);
    expect([...ingest.versions.keys()]).toEqual([`${fresh}@1`]);
  });

  it('was counted in marts: of former ones every version goes, of present ones none', async () => {
    const curated = bucket({
      'kho/cu@2': 'MARKER',
      'kho/cu@1': 'tổng',
      'kho/moi@1': 'tổng',
      'ho_so/data/a@2': 'x',
      'ho_so/data/a@1': 'y',
    });
    expect(await placesOf({ curated }).refresh()).toBe(1);
    expect([...curated.versions.keys()]).toEqual(['kho/moi@1', 'ho_so/data/a@2', 'ho_so/data/a@1']);
  });
});

it('a certificate waits longer than any function works', () => {
  const { outlastMs = 0 } = placesOf({});
  for (const { timeoutSeconds } of [COMMIT, INTAKE, INTAKE_HEAVY, MAINTAIN, RECONCILE, REFRESH, REPORT])
    expect(outlastMs).toBeGreaterThan(timeoutSeconds * 1000);
});
