// Holds a lake in a folder against its promises: what lies beside its zones, the directory catalog's files and hint.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lake } from '../../lake/submission/submit';
import type { ObjectStore } from '../ports';
import { check, type Problem, REPAIR, type VerifyCheck } from '../verify/check';
import { existing } from '../verify/existing';
import type { MetadataLine, VerifiedHome } from '../verify/home';
import { verifyHome } from '../verify/verify';
import { othersAtWork } from './at-work';
import type { Home } from './home';
import { halfMade } from './placing';

/** A lake in a folder. */
export type LocalLake = Lake & { readonly ports: Home };

export interface VerifyOptions {
  readonly onStep?: (name: string) => void;
  /** Tables `refresh` makes: when some of them are there, all must be. */
  readonly marts?: readonly string[];
}

export function verifyLake(
  lake: LocalLake,
  options: VerifyOptions | ((name: string) => void) = {},
): Promise<VerifyCheck[]> {
  const { onStep, marts = [] } = typeof options === 'function' ? { onStep: options } : options;
  return verifyHome(lake, folder(lake, marts), onStep);
}

function folder(lake: LocalLake, marts: readonly string[]): VerifiedHome {
  const { files, zones } = lake.ports;
  return {
    metadataLine: (table) => metadataLine(table, zones.curated),
    surroundings: () => surroundings(lake, marts),
    async sha256(store, key) {
      const path = await existing(store, key);
      return path === undefined ? undefined : (await files.digest(path)).sha256;
    },
    isBusy: async () => (await othersAtWork(lake.ports)).length > 0,
    release: async () => {},
  };
}

/** Folders beside and in the curated zone: what an interrupted rebuild left, tables without metadata, marts that are gone. */
async function surroundings(lake: LocalLake, marts: readonly string[]): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  const { dir, catalog } = lake.ports;
  for (const name of halfMade(lake.ports))
    problems.push({
      text: { vi: `${name} là phần dở dang của một lần dựng lại`, en: `${name} was left by an unfinished rebuild` },
      repair: REPAIR,
      mend: { kind: 'unfinished' },
      isNote: true,
    });
  for (const name of readdirSync(dir).filter((entry) => entry.startsWith('curated.before-')))
    problems.push({
      text: {
        vi: `${name} giữ vùng curated trước lần dựng lại; xóa thư mục này khi không cần nữa`,
        en: `${name} keeps the curated zone from before a rebuild; delete it when it is needed no more`,
      },
      isNote: true,
    });
  const tables = await catalog.list();
  const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
  const curated = join(dir, 'curated');
  for (const name of existsSync(curated) ? readdirSync(curated) : [])
    if (!tables.includes(name) && !name.startsWith('.') && !datasets.has(name))
      problems.push({
        text: { vi: `curated/${name} không có siêu dữ liệu của bảng`, en: `curated/${name} has no table metadata` },
        repair: marts.includes(name) ? 'tamgiang refresh' : 'tamgiang verify',
      });
  const present = marts.filter((mart) => tables.includes(mart));
  for (const mart of present.length === 0 ? [] : marts)
    if (!tables.includes(mart))
      problems.push({
        text: { vi: `không còn bảng chuyên đề curated/${mart}`, en: `the mart curated/${mart} is gone` },
        repair: 'tamgiang refresh',
        mend: { kind: 'mart', table: mart },
      });
  const looked = {
    vi: `${tables.length} bảng, ${present.length}/${marts.length} bảng chuyên đề`,
    en: `${tables.length} tables, ${present.length}/${marts.length} marts`,
  };
  return check('home', looked, problems);
}

const VERSIONED = /\/metadata\/v(\d+)\.metadata\.json$/;

/** The files `v<N>.metadata.json` of the directory catalog, none left out, and the hint that names the newest. */
async function metadataLine(table: string, curated: ObjectStore): Promise<MetadataLine> {
  const versions = (await curated.list(`${table}/metadata/v`))
    .flatMap(({ key }) => VERSIONED.exec(key)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const name = (version: number) => `${table}/metadata/v${version}.metadata.json`;
  const problems: Problem[] = [];
  for (const [i, version] of versions.entries()) {
    const former = versions[i - 1];
    if (former !== undefined && version !== former + 1)
      problems.push({
        text: { vi: `thiếu curated/${name(version - 1)}`, en: `curated/${name(version - 1)} is missing` },
      });
  }
  problems.push(...(await hintProblem(table, versions.at(-1) ?? 0, curated)));
  return { keys: versions.map(name), problems };
}

/** Other readers go by `version-hint.text`; a hint that lags is set right by the next commit, any other leads astray. */
async function hintProblem(table: string, newest: number, curated: ObjectStore): Promise<Problem[]> {
  const key = `${table}/metadata/version-hint.text`;
  const bytes = await curated.get(key);
  const text = bytes && Buffer.from(bytes).toString('utf8').trim();
  if (text === String(newest) || newest === 0) return [];
  const lags = text === undefined || (/^\d+$/.test(text) && Number(text) < newest);
  const found = text === undefined ? { vi: 'không có', en: 'is missing' } : undefined;
  return [
    {
      text: {
        vi: `curated/${key} ${found?.vi ?? `ghi ${JSON.stringify(text)}, bản mới nhất là ${newest}`}`,
        en: `curated/${key} ${found?.en ?? `says ${JSON.stringify(text)}, the newest version is ${newest}`}`,
      },
      repair: REPAIR,
      mend: { kind: 'hint', table },
      ...(lags ? { isNote: true as const } : {}),
    },
  ];
}
