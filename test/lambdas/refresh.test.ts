// The function refresh over a lake in a folder: what it plans, what it keeps, what it tidies. Glue is played.
import { join } from 'node:path';
import { names } from '../../infra/names';
import type { Statement, WarehouseObject } from '../../lake/warehouse/athena-plan';
import type { REFRESH_METRICS } from '../../lambdas/refresh/constants';
import { realHandler } from '../../lambdas/refresh/refresh';
import type { RefreshPlan } from '../../lambdas/shared/messages';
import { loadModels } from '../../platform/local/models';
import { openLake, send, type TestLake } from '../support/lake';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';
import { keptJournal } from './journal';

const FOLDER = tempFolder();
jest.setTimeout(60_000);
const NAMES = names({ province: 'mau', stage: 'dev', account: '000000000000', region: 'ap-southeast-1' });
const MODELS = loadModels(ROOT);
const PRICES = 'so_cong_thuong/gia_thi_truong';
const prices = (gia: number) => ({
  name: 'gia.csv',
  to: PRICES,
  period: '2026-10',
  text: `Mã mặt hàng,Tên mặt hàng,ĐVT,Loại giá,Giá,Mã chợ,Mã xã,Ngày\nGAO_TE,Gạo mẫu,kg,ban_le,${gia},CHO_MAU,19774,05/10/2026\n`,
});

function bench(lake: TestLake) {
  const glue = new Map<string, WarehouseObject>();
  const kept = keptJournal<(typeof REFRESH_METRICS)[number]>();
  const host = {
    names: NAMES,
    models: MODELS,
    withLake: <T>(use: (lake: TestLake) => Promise<T>) => use(lake),
    objects: async () => [...glue.values()],
    journal: kept.journal,
  };
  const plan = async (run: string): Promise<RefreshPlan> => {
    const answer = await realHandler({ action: 'plan', run }, host);
    if (!('levels' in answer)) throw new Error('no plan');
    return answer;
  };
  const tidy = async (run: string): Promise<readonly Statement[]> => {
    const answer = await realHandler({ action: 'tidy', run }, host);
    if (!('statements' in answer)) throw new Error('no statements');
    return answer.statements;
  };
  /** As Athena would, at a time. */
  const carryOut = ({ levels }: RefreshPlan, createdAtMs: number) => {
    for (const { sql } of levels.flat().flatMap(({ statements }) => statements)) {
      const [, kind, name = ''] = /^create (or replace view|table) "(\w+)"/.exec(sql) ?? [];
      glue.set(name, { name, createdAtMs, sql: kind === 'table' ? undefined : sql.slice(sql.indexOf(' as\n') + 4) });
    }
  };
  return { host, glue, plan, tidy, carryOut, ...kept };
}

const marts = ({ levels }: RefreshPlan) =>
  levels
    .flat()
    .filter(({ statements }) => statements.some(({ sql }) => sql.startsWith('create table')))
    .map(({ name }) => name)
    .sort();

describe('the function refresh', () => {
  it('makes everything once, nothing again, and after a new file only what reads it', async () => {
    const lake = await openLake(join(FOLDER, 'home'));
    await send(lake, prices(20_000));
    const { plan, tidy, carryOut, counts } = bench(lake);
    const first = await plan('r1');
    expect(marts(first)).toHaveLength(MODELS.filter(({ kind }) => kind === 'mart' || kind === 'kpi').length);
    expect(counts.ModelsRefreshed).toBe(marts(first).length);
    carryOut(first, Date.now());
    expect(await tidy('r1')).toEqual([]);

    expect((await plan('r2')).levels).toEqual([]);
    await send(lake, prices(20_000));
    expect((await plan('r3')).levels).toEqual([]);

    await send(lake, prices(25_000));
    const next = await plan('r4');
    expect(marts(next)).toEqual(expect.arrayContaining(['fct_gia', 'kpi_gia_tang_dot_bien']));
    expect(marts(next)).not.toEqual(expect.arrayContaining(['fct_ho_so']));
    expect(marts(next)).not.toEqual(expect.arrayContaining(['fct_quan_trac']));
  });

  it('plans again what a run that never ended left half made', async () => {
    const lake = await openLake(join(FOLDER, 'half'));
    const { plan, carryOut, tidy } = bench(lake);
    const first = await plan('r1');
    carryOut(first, Date.now());
    expect(marts(await plan('r2'))).toEqual(marts(first));
    await tidy('r1');
    expect((await plan('r3')).levels).toEqual([]);
  });

  it('drops a former run’s tables a day later, by bare names', async () => {
    const lake = await openLake(join(FOLDER, 'tidy'));
    const { plan, tidy, carryOut, glue } = bench(lake);
    carryOut(await plan('r1'), Date.now());
    await tidy('r1');
    glue.set('fct_gia__r0', { name: 'fct_gia__r0', createdAtMs: Date.now() - 90_000_000 });
    glue.set('fct_gia__r9', { name: 'fct_gia__r9', createdAtMs: Date.now() - 80_000_000 });
    expect((await tidy('r2')).map(({ sql }) => sql)).toEqual(['drop table if exists fct_gia__r0']);
  });

  it('keeps which datasets the figures were made from', async () => {
    const lake = await openLake(join(FOLDER, 'sources'));
    await send(lake, prices(20_000));
    const { plan, tidy } = bench(lake);
    await plan('r1');
    await tidy('r1');
    const state = JSON.parse(Buffer.from((await lake.ports.zones.control.get('refresh/state.json'))!).toString());
    expect(state.sources).toMatchObject([
      { table: 'gia_thi_truong', rows: 1, snapshot: expect.stringMatching(/^\d+$/) },
    ]);
  });

  it('reads datasets in the curated database, writes below the warehouse prefix, and asks for nothing personal', async () => {
    const lake = await openLake(join(FOLDER, 'names'));
    await send(lake, prices(20_000));
    const statements = (await bench(lake).plan('R-1')).levels
      .flat()
      .flatMap(({ statements: all }) => all.map(({ sql }) => sql));
    expect(statements).toEqual(
      expect.arrayContaining([expect.stringContaining('from "tg_mau_dev_curated"."gia_thi_truong"')]),
    );
    expect(statements.filter((sql) => sql.startsWith('create table'))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("location = 's3://tg-mau-dev-curated-000000000000/kho/fct_gia__r_1'"),
      ]),
    );
    expect(statements.join('\n')).not.toMatch(/so_dinh_danh_chu_ho_so|so_dien_thoai/);
  });

  it('counts what goes wrong, publishes zeros, and says no word of an event it does not know', async () => {
    const { host, counts, published, lines } = bench(await openLake(join(FOLDER, 'wrong')));
    await expect(realHandler({ action: 'drop', run: 'bí mật' }, host)).rejects.toThrow();
    expect([counts.RefreshFaults, published()]).toEqual([1, 1]);
    expect(lines.join()).not.toContain('bí mật');
  });
});
