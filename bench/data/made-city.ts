// A city's ingest zone after a month, and what the lake has written down of it: every upload has its answer, nineteen of
// twenty are live in their table. Shares of the datasets fall as 1, 1/2, 1/3, …, so that a few are large.
import type { Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import { uploadId, writeMark } from '../../lake/submission/marks';
import type { Lake } from '../../lake/submission/submit';
import { placeOf } from '../../lake/submission/upload-key';
import { writeVerdict } from '../../lake/submission/verdict';
import { commit } from '../../lake/table/commit';
import { SUBMISSION_FIELD, VERSION_FIELD } from '../../lake/table/data-file';
import { tablePorts } from '../../lake/table/transact';
import { systemClock, systemRng } from '../../platform/local/system';
import { memoryCatalog } from '../../platform/memory/catalog';
import type { StoredUpload, Uploads } from '../../platform/ports';
import { effectKeyOf } from './places';
import { type Pace, pagesOf, placeIn, slowStore, waitFor } from './slow-store';

const DAYS = 30;
const DAY_MS = 86_400_000;
const BATCH = 500;
const REFUSED_OF = 20;

export interface City {
  readonly lake: Lake;
  readonly uploads: Uploads;
  /** In the last two hours. */
  readonly recent: number;
}

const never = async (): Promise<never> => {
  throw new Error('the bench judges nothing');
};

/** @param base a contract with a submission a file, by the day */
export async function madeCity(base: Contract, datasets: number, versions: number, pace: Pace): Promise<City> {
  const zone = (name: string) => slowStore(`memory://${name}`, pace);
  const [control, curated, receipts] = [zone('control'), zone('curated'), zone('receipts')];
  const zones = {
    ingest: zone('ingest'),
    raw: zone('raw'),
    control,
    curated,
    quarantine: zone('quarantine'),
    receipts,
  };
  const now = Date.now();
  const contracts = Array.from({ length: datasets }, (_, i): Contract => {
    const [agency, dataset] = [`so_${i % 40}`, `bang_${i}`];
    return { ...base, agency, dataset, name: `${agency}/${dataset}` };
  });
  const lake: Lake = {
    ports: {
      zones,
      catalog: memoryCatalog(),
      clock: systemClock,
      rng: systemRng,
      converter: { convert: never },
      rewriter: { rowsHeld: never, rewrite: never },
      redactor: { redact: never },
      workspace: { owner: 'bench', isAlive: () => true, open: never },
      files: { digest: never },
    },
    contracts: new Map(contracts.map((contract) => [contract.name, contract])),
    codeLists: new Map(),
  };
  const whole = contracts.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const stored: StoredUpload[] = [];
  for (const [i, contract] of contracts.entries()) {
    const count = Math.round(versions / (i + 1) / whole);
    const live = [];
    for (let nth = 0; nth < count; nth++) {
      // One in ninety-nine came in the last two hours, one in twenty of them was refused.
      const ageMs = nth % 99 === 0 ? 3_600_000 : 7_500_000 + (nth / count) * (DAYS - 1) * DAY_MS;
      const period = new Date(now - ageMs).toISOString().slice(0, 10);
      const key = `${contract.name}/${period}/TTH_THIDU_TRAM${nth}_${period.replaceAll('-', '')}100500.txt`;
      const upload = { key, versionId: `v${nth}`, sizeBytes: 2000, modifiedAtMs: now - ageMs };
      stored.push(upload);
      const { submission, fileName } = placeOf(key, lake.contracts);
      const sha256 = effectKeyOf(key);
      const version = {
        submission,
        version: `000001-${sha256.slice(0, 12)}`,
        arrival: 1,
        file: fileName,
        sha256,
        sizeBytes: upload.sizeBytes,
        receivedAtMs: upload.modifiedAtMs,
        period,
        raw: `${submission}/${sha256}.txt`,
        upload: { key, versionId: upload.versionId, modifiedAtMs: upload.modifiedAtMs },
      };
      await control.put(`version/${submission}/v/000001.json`, JSON.stringify(version));
      await writeMark(control, submission, { upload: version.upload, outcome: 'claimed' });
      for (const name of ['receipt.html', 'receipt.json'])
        receipts.stub(`${submission}/v/${version.version}/${name}`, 4000, upload.modifiedAtMs);
      const isRefused = nth % REFUSED_OF === 1;
      const rows = isRefused ? 0 : 10;
      const counts = { rowsIn: 10, rowsAccepted: rows, rowsRejected: 10 - rows };
      const verdict = isRefused ? ('rejected' as const) : ('accepted' as const);
      await writeVerdict(control, version, contract, 'bench', { verdict, ...counts });
      if (isRefused) continue;
      const data = `${contract.dataset}/data/ky_du_lieu=${period}/${sha256.slice(0, 16)}-${uploadId(upload)}.parquet`;
      curated.stub(data, 3000, upload.modifiedAtMs);
      const bound = (text: string) => {
        const bytes = Buffer.from(text, 'utf8');
        return { valueCount: rows, nullCount: 0, lower: bytes, upper: bytes };
      };
      const stats = new Map([
        [SUBMISSION_FIELD, bound(submission)],
        [VERSION_FIELD, bound(version.version)],
      ]);
      const file = { path: curated.location(data), sizeBytes: 3000, rows, period, stats };
      live.push({
        submission,
        version: version.version,
        effectKey: sha256,
        op: 'put' as const,
        ...counts,
        add: [file],
      });
    }
    const table = tableDefinition(contract);
    for (let at = 0; at < live.length; at += BATCH)
      await commit({ table, effects: live.slice(at, at + BATCH) }, tablePorts(lake.ports));
  }
  stored.sort((a, b) => (a.key < b.key ? -1 : 1));
  const recent = stored.filter(({ modifiedAtMs }) => now - modifiedAtMs < 7_200_000).length;
  return { lake, uploads: slowUploads(stored, pace), recent };
}

function slowUploads(stored: readonly StoredUpload[], pace: Pace): Uploads {
  const of = ({ key }: StoredUpload) => key;
  const below = (prefix: string) => stored.slice(placeIn(stored, prefix, of), placeIn(stored, `${prefix}\uffff`, of));
  return {
    async list(prefix) {
      const found = below(prefix);
      await waitFor(pace, pagesOf(found.length));
      return found;
    },
    async look(prefix) {
      const found = below(prefix);
      const ends = found.map(({ key }) => key.indexOf('/', prefix.length));
      const folders = new Set(
        found.flatMap(({ key }, i) => (ends[i] === -1 ? [] : [key.slice(0, (ends[i] ?? 0) + 1)])),
      );
      const uploads = found.filter((_, i) => ends[i] === -1);
      await waitFor(pace, pagesOf(uploads.length + folders.size));
      return { uploads, folders: [...folders] };
    },
    fetch: never,
  };
}
