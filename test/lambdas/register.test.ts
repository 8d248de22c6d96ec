// What commit answers a deployment that asked it to register the tables: infra/deploy waits for it.
import { join } from 'node:path';
import { FaultError, InputError } from '../../lake/errors';
import { ANSWERS } from '../../lambdas/commit/constants';
import { openLake, type TestLake } from '../support/lake';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

const folder = tempFolder();
const ID = '3f0c2a52-1111-4222-8333-444455556666';
const request = envelope([{ register: true, answer: ID }]);
const TABLES = ['don_vi_hanh_chinh', 'gia_thi_truong'];
let homes = 0;
let lake: TestLake;
let aws: MadeAws;
beforeEach(async () => {
  lake = await openLake(join(folder, `${homes++}`, 'home'));
  aws = new MadeAws(lake);
});

async function answer(): Promise<unknown> {
  const bytes = await lake.ports.zones.control.get(`${ANSWERS}${ID}.json`);
  return bytes && JSON.parse(Buffer.from(bytes).toString('utf8'));
}

/** Whatever is asked of the catalog fails. */
function breakCatalog(error: Error): void {
  const broken = { ...lake.ports.catalog, load: () => Promise.reject(error) };
  aws = new MadeAws({ ...lake, ports: { ...lake.ports, catalog: broken } });
}

describe('a request to register', () => {
  it('is answered with every table, written or found as it should be', async () => {
    expect(await aws.commit(request)).toEqual({ batchItemFailures: [] });
    expect(await answer()).toEqual({ registered: expect.arrayContaining(TABLES), unchanged: [] });
    await aws.commit(request);
    expect(await answer()).toEqual({ registered: [], unchanged: expect.arrayContaining(TABLES) });
  });

  it('is answered with what went wrong in both languages, is done, and is counted as a fault', async () => {
    breakCatalog(new InputError('E_EVOLUTION', { vi: 'cột gia đổi kiểu', en: 'column gia changes its type' }));
    expect(await aws.commit(request)).toEqual({ batchItemFailures: [] });
    expect(await answer()).toEqual({
      failed: { vi: 'E_EVOLUTION: cột gia đổi kiểu', en: 'E_EVOLUTION: column gia changes its type' },
    });
    expect(aws.count('CommitFaults')).toBe(1);
    breakCatalog(new FaultError('F_CATALOG', 'Glue: no answer'));
    await aws.commit(request);
    expect(await answer()).toEqual({ failed: { vi: 'F_CATALOG: Glue: no answer', en: 'F_CATALOG: Glue: no answer' } });
  });

  it('goes back to its queue when nobody waits for an answer, or none can be written', async () => {
    breakCatalog(new FaultError('F_CATALOG', 'Glue: no answer'));
    const back = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };
    expect(await aws.commit(envelope([{ register: true }]))).toEqual(back);
    const { zones } = lake.ports;
    const control = { ...zones.control, put: () => Promise.reject(new Error('thử: kho đóng')) };
    aws = new MadeAws({ ...lake, ports: { ...lake.ports, zones: { ...zones, control } } });
    expect(await aws.commit(request)).toEqual(back);
  });

  it('names no other place for the answer', async () => {
    expect(await aws.commit(envelope([{ register: true, answer: '../version/x' }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
    expect(await lake.ports.catalog.list()).toEqual([]);
  });
});
