// Which readings of the files just committed are over their limit: real files, judged and committed, asked by the engine.
import { join } from 'node:path';
import { planFiles } from '../../../lake/table/plan';
import { readingsOverLimit } from '../../../platform/duckdb/over-limits';
import { loadAlerts, loadModels } from '../../../platform/local/models';
import { openLake, send, type TestLake } from '../../support/lake';
import { CODE_LISTS, CONTRACTS, ROOT } from '../../support/repository';
import { tempFolder } from '../../support/temp';

const FOLDER = tempFolder();
jest.setTimeout(60_000);
const REGISTER = {
  name: 'tram.csv',
  to: 'so_nn_mt/tram_quan_trac',
  period: '2026-10',
  text: [
    'STT;Mã trạm;Tên cơ sở;MST;Loại trạm;Khu công nghiệp;Mã xã/phường;Vĩ độ;Kinh độ;Quy chuẩn áp dụng;Hệ số Kq;Kf;Lưu lượng theo giấy phép;Thông số bắt buộc;Chu kỳ (phút);Tiền tố tên tệp;Ngày hiệu chuẩn gần nhất',
    '1;NUO001;Nhà máy Mẫu;3399990007;nuoc_thai;KCN Mẫu;19960;16,3912;107,7103;QCVN40_2011_B;0,9;1,0;4.500;COD;5;TTH_MAU_NUO001;12/08/2026',
    '',
  ].join('\n'),
};
const reading = (minute: string, cod: number, status = '00') => ({
  name: `TTH_MAU_NUO001_2026101508${minute}00.txt`,
  to: 'so_nn_mt/so_lieu_quan_trac',
  text: `COD\t${cod}\tmg/L\t2026101508${minute}00\t${status}\npH\t7.1\t-\t2026101508${minute}00\t00\n`,
});

async function readingFiles({ ports }: TestLake): Promise<string[]> {
  const head = await ports.catalog.load('so_lieu_quan_trac');
  return head ? (await planFiles(ports.zones.curated, head.metadata)).files.map(({ path }) => path) : [];
}

function over({ ports }: TestLake, files: readonly string[]) {
  return readingsOverLimit({
    curated: ports.zones.curated,
    catalog: ports.catalog,
    contracts: CONTRACTS,
    codeLists: CODE_LISTS,
    models: [...loadModels(ROOT), ...loadAlerts(ROOT)],
    files,
    engine: { threads: 1, memoryLimit: '300MB' },
  });
}

describe('readingsOverLimit', () => {
  it('compares means of the new files alone with the limit of the station’s standard', async () => {
    const lake = await openLake(join(FOLDER, 'home'));
    await send(lake, REGISTER);
    await send(lake, reading('05', 100));
    const first = await readingFiles(lake);
    expect(await over(lake, first)).toEqual([]);
    // Limit of column B: 150 mg/L × Kq 0.9 × Kf 1.0. With the first file the mean of the hour would be below it.
    await send(lake, reading('10', 140.4));
    const second = (await readingFiles(lake)).filter((file) => !first.includes(file));
    expect(await over(lake, second)).toEqual([
      {
        station: 'NUO001',
        stationName: 'Nhà máy Mẫu',
        parameter: 'COD',
        unit: 'mg/L',
        hour: '2026-10-15T08:00:00',
        value: 140.4,
        lower: null,
        upper: 135,
        readings: 1,
        basis: 'QCVN 40:2011/BTNMT',
        times: expect.closeTo(1.04, 10),
        isConfirmed: false,
      },
    ]);
  });

  it('knows no limit for a station that is not in the register, and passes over readings that do not count', async () => {
    const lake = await openLake(join(FOLDER, 'other'));
    await send(lake, reading('05', 900));
    expect(await over(lake, await readingFiles(lake))).toEqual([]);
    await send(lake, REGISTER);
    expect(await over(lake, await readingFiles(lake))).toMatchObject([{ parameter: 'COD', value: 900 }]);
    await send(lake, reading('05', 900, '02'));
    expect(await over(lake, await readingFiles(lake))).toEqual([]);
  });
});
