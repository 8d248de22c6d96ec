// Submissions ready to be committed, without the cost of judging them: one small judged file, linked under a name of its
// own for each, with the records in the control zone that a commit asks for.
import { linkSync, mkdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { FaultError } from '../../lake/errors';
import type { SealedEffect } from '../../lake/submission/handoff';
import { writerEpoch, writeVerdict } from '../../lake/submission/verdict';
import { claimVersion } from '../../lake/submission/versions';
import { type DataFile, SUBMISSION_FIELD } from '../../lake/table/data-file';
import { convert } from '../../platform/duckdb/convert';
import type { Home } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import { dossierContract } from '../jobs/convert';
import { writeDossiers } from './dossiers';
import { effectKeyOf, type Place } from './places';

/** A judged file and its figures; `path` is a Parquet file that is linked, never moved. */
export interface Template {
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly stats: DataFile['stats'];
}

const REFERENCES = 'bench';

/** Judges `rows` made-up dossiers once; the Parquet file stays in `dir`. */
export async function makeTemplate(root: string, dir: string, rows: number, seed = 1): Promise<Template> {
  const contract = dossierContract(root);
  const csv = join(dir, `sealed-${seed}.csv`);
  const workDir = join(dir, `sealed-${seed}`);
  await mkdir(workDir, { recursive: true });
  await writeDossiers(csv, { rows, seed, badShare: 0 });
  const { data } = await convert({
    contract,
    codeLists: loadCodeLists(root),
    references: [],
    path: csv,
    fileName: 'ho_so.csv',
    submission: `${contract.name}/2026-10`,
    version: '000001-made-up',
    period: '2026-10',
    loadedAtMs: Date.UTC(2026, 10, 2),
    workDir,
  });
  if (!data) throw new FaultError('F_BENCH', 'the small file was refused');
  const path = join(dir, `sealed-${seed}.parquet`);
  await copyFile(data.path, path);
  await rm(workDir, { recursive: true });
  await rm(csv);
  const { sizeBytes, stats } = data;
  return { path, rows: data.rows, sizeBytes, stats };
}

/** The template's file as one of this submission, in the curated zone, named as intake names it. */
export function placeFile(home: Home, dataset: string, template: Template, place: Place, effectKey: string): DataFile {
  const key = `${dataset}/data/ky_du_lieu=${place.period}/${effectKey.slice(0, 16)}-${home.rng.uuid()}.parquet`;
  const target = join(home.dir, 'curated', key);
  mkdirSync(dirname(target), { recursive: true });
  linkSync(template.path, target);
  const bound = Buffer.from(place.submission, 'utf8');
  const was = template.stats.get(SUBMISSION_FIELD);
  if (!was) throw new FaultError('F_BENCH', 'the small file has no figures of its lineage');
  const stats = new Map([...template.stats, [SUBMISSION_FIELD, { ...was, lower: bound, upper: bound }] as const]);
  const { rows, sizeBytes } = template;
  return { path: home.zones.curated.location(key), sizeBytes, rows, period: place.period, stats };
}

/** A version that is listed, judged good and sealed: only the commit is missing. */
export async function sealOne(home: Home, root: string, template: Template, place: Place): Promise<SealedEffect> {
  const contract = dossierContract(root);
  const { submission, period } = place;
  const { rows, path, sizeBytes } = template;
  const upload = { submission, period, fileName: 'ho_so.parquet', path, sha256: effectKeyOf(submission), sizeBytes };
  const version = await claimVersion(upload, home);
  const verdict = { verdict: 'accepted' as const, rowsIn: rows, rowsAccepted: rows, rowsRejected: 0 };
  await writeVerdict(home.zones.control, version, contract, REFERENCES, verdict);
  const effectKey = effectKeyOf(submission);
  return {
    submission,
    version: version.version,
    effectKey,
    op: 'put',
    rowsIn: rows,
    rowsAccepted: rows,
    rowsRejected: 0,
    writerEpoch: writerEpoch(contract),
    erasureEpoch: 0,
    sealedAtMs: home.clock.now(),
    add: [placeFile(home, contract.dataset, template, place, effectKey)],
  };
}

/** Maps and bytes survive, so a process that only commits can read what another prepared. */
export async function saveEffects(path: string, effects: readonly SealedEffect[]): Promise<void> {
  await writeFile(path, serialize(effects));
}

export async function loadEffects(path: string): Promise<readonly SealedEffect[]> {
  const effects: readonly SealedEffect[] = deserialize(await readFile(path));
  return effects;
}
