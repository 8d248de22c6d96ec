// Holds a lake against its promises, wherever it stands: files, sums, lineage, history. Reads only.
import { openOffers } from '../../lake/submission/handoff';
import type { Lake } from '../../lake/submission/submit';
import { currentSchema, currentSnapshot } from '../../lake/table/metadata';
import { planFiles } from '../../lake/table/plan';
import { type Engine, openEngine } from '../duckdb/engine';
import { check, type Problem, REPAIR, said, type VerifyCheck } from './check';
import { verifyBounds, verifyFiles } from './data';
import { verifyErasures } from './erasures';
import { verifyMetadata, verifySnapshots } from './history';
import type { VerifiedHome } from './home';
import { type JudgedVersion, type Known, readKnown, verifyRaw } from './known';
import { verifyRows } from './rows';

export async function verifyHome(
  lake: Lake,
  home: VerifiedHome,
  onStep: (name: string) => void = () => {},
): Promise<VerifyCheck[]> {
  const engine = await openEngine({ threads: 2 });
  try {
    const checks: VerifyCheck[] = [];
    const add = async (name: string, repair: string | undefined, look: () => Promise<VerifyCheck[]>) => {
      onStep(name);
      // Whatever cannot be read is an answer: the rest is looked at all the same.
      const unreadable = { vi: 'không đọc được', en: 'unreadable' };
      const failed = (error: unknown) => [
        check(name, unreadable, [{ text: said(error), ...(repair === undefined ? {} : { repair }) }]),
      ];
      checks.push(...(await look().catch(failed)));
    };
    const known = await readKnown(lake);
    await add('raw: hashes', undefined, async () => [await verifyRaw(known.versions, lake, home)]);
    await add('control: records', undefined, async () => [known.records]);
    await add('home', undefined, async () => [await home.surroundings()]);
    const tables = await tablesOf(known, lake).catch((error: unknown) => {
      checks.push(check('catalog', { vi: 'danh sách bảng', en: 'the list of tables' }, [{ text: said(error) }]));
      return [];
    });
    const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
    for (const table of tables) {
      const repair = datasets.has(table) ? `tamgiang rebuild ${table}` : undefined;
      await add(`${table}: metadata`, repair, () => verifyTable(table, known, lake, home, engine, add));
      await home.release();
    }
    await add('erasures', undefined, async () => [await verifyErasures(lake.ports.zones.control, home)]);
    await add('handoff', undefined, async () => [await verifyOffers(lake)]);
    await add('in-flight', undefined, async () => [known.inFlight]);
    return checks;
  } finally {
    await engine.close();
  }
}

/** Tables there are, and tables there must be: somebody's rows were accepted into them. */
async function tablesOf(known: Known, lake: Lake): Promise<string[]> {
  const isLetIn = (one: JudgedVersion) => one.isGood && !one.isRetracted && one.rowsAccepted > 0;
  const expected = [...known.judged]
    .filter(([, submissions]) => [...submissions.values()].some((versions) => versions.some(isLetIn)))
    .map(([dataset]) => dataset);
  return [...new Set([...(await lake.ports.catalog.list()), ...expected])].sort();
}

async function verifyTable(
  table: string,
  known: Known,
  lake: Lake,
  home: VerifiedHome,
  engine: Engine,
  add: (name: string, repair: string | undefined, look: () => Promise<VerifyCheck[]>) => Promise<void>,
): Promise<VerifyCheck[]> {
  const { catalog, zones } = lake.ports;
  const contract = [...lake.contracts.values()].find((candidate) => candidate.dataset === table);
  const isDataset = contract !== undefined;
  const repair = isDataset ? `tamgiang rebuild ${table}` : undefined;
  const head = await catalog.load(table);
  if (!head) return isDataset ? verifyRows(table, undefined, [], known, lake, engine) : [];
  const { metadata } = head;
  await add(`${table}: metadata`, repair, async () => [await verifyMetadata(table, head, isDataset, lake, home)]);
  await add(`${table}: snapshots`, repair, async () => [await verifySnapshots(table, metadata, contract, lake)]);
  const { files } = await planFiles(zones.curated, metadata);
  const live = await verifyFiles(table, files, isDataset, lake, engine);
  const total = Number(currentSnapshot(metadata)?.summary['total-records'] ?? 0);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const differ: Problem = {
    text: { vi: 'hai số khác nhau', en: 'they differ' },
    ...(repair === undefined ? {} : { repair }),
  };
  const looked = {
    vi: `${rows} dòng theo tệp kê khai, ${total} theo tóm tắt của lần ghi`,
    en: `${rows} rows in manifests, ${total} in the snapshot summary`,
  };
  const fields = currentSchema(metadata).fields.flatMap(({ id, name, type }) =>
    typeof type === 'string' ? [{ id, name, type }] : [],
  );
  return [
    live.check,
    check(`${table}: total`, looked, rows === total ? [] : [differ]),
    await verifyBounds(table, live.whole, fields, isDataset, engine),
    ...(isDataset ? await verifyRows(table, metadata, live.whole, known, lake, engine) : []),
  ];
}

/** Offers wait for whoever commits next; those past their lease nobody may commit any more. */
async function verifyOffers(lake: Lake): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  let open = 0;
  for (const dataset of new Set([...lake.contracts.values()].map((contract) => contract.dataset))) {
    const offers = new Set((await openOffers(dataset, undefined, lake.ports)).map((offer) => offer.key));
    open += offers.size;
    for (const { key } of await lake.ports.zones.control.list(`handoff/${dataset}/`))
      if (!offers.has(key))
        problems.push({
          text: {
            vi: `control/${key} đã quá hạn hoặc hỏng, không ai ghi được nữa`,
            en: `control/${key} is past its lease or damaged: nobody may commit it`,
          },
          repair: REPAIR,
          mend: { kind: 'offers', dataset },
          isNote: true,
        });
  }
  return check('handoff', { vi: `${open} đề nghị ghi đang chờ`, en: `${open} open offers` }, problems);
}
