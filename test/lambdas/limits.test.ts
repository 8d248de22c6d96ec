// From a station's upload to word of a limit: intake and commit as the queues drive them, on real files and a real engine.
import { join } from 'node:path';
import { tellLimits } from '../../lambdas/commit/limits';
import { loadAlerts, loadModels } from '../../platform/local/models';
import { openLake } from '../support/lake';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

jest.setTimeout(60_000);

const folder = tempFolder();
const MODELS = [...loadModels(ROOT), ...loadAlerts(ROOT)];
const REGISTER = [
  'STT;Mã trạm;Tên cơ sở;MST;Loại trạm;Khu công nghiệp;Mã xã/phường;Vĩ độ;Kinh độ;Quy chuẩn áp dụng;Hệ số Kq;Kf;Lưu lượng theo giấy phép;Thông số bắt buộc;Chu kỳ (phút);Tiền tố tên tệp;Ngày hiệu chuẩn gần nhất',
  '1;NUO001;Nhà máy Mẫu;3399990007;nuoc_thai;KCN Mẫu;19960;16,3912;107,7103;QCVN40_2011_B;0,9;1,0;4.500;COD;5;TTH_MAU_NUO001;12/08/2026',
  '',
].join('\n');
/** Limit of column B: 150 mg/L × Kq 0.9 × Kf 1.0. */
const LIMIT = 135;
const reading = (minute: string, cod: number) => ({
  key: `so_nn_mt/so_lieu_quan_trac/2026-10-15/TTH_MAU_NUO001_2026101508${minute}00.txt`,
  body: `COD\t${cod}\tmg/L\t2026101508${minute}00\t00\n`,
});

let homes = 0;
let aws: MadeAws;
beforeEach(async () => {
  aws = new MadeAws(await openLake(join(folder, `${homes++}`, 'home')));
  aws.after.push(
    tellLimits(MODELS, {
      tell: async (whom, notice) => {
        aws.told.push({ whom, ...notice });
      },
    }),
  );
  await arrive({ key: 'so_nn_mt/tram_quan_trac/2026-10/tram.csv', body: REGISTER });
});

async function arrive({ key, body }: { readonly key: string; readonly body: string }): Promise<void> {
  await aws.intake([aws.event(aws.upload(key, body))]);
  await aws.deliver();
}

const alerts = () => aws.told.filter(({ whom }) => whom === 'alerts').map(({ text }) => text);

describe('commit of readings', () => {
  it('tells alerts of a mean over its limit, and counts it', async () => {
    await arrive(reading('05', LIMIT + 5.4));
    expect(alerts()).toHaveLength(1);
    expect(alerts()[0]).toContain('Nhà máy Mẫu (NUO001) · COD · 08:00–09:00 15/10/2026: 140,4 mg/L; ngưỡng 135 mg/L');
    expect(aws.count('LimitsExceeded')).toBe(1);
  });

  it('tells nothing of readings within their limits, nor of other datasets', async () => {
    await arrive(reading('05', LIMIT));
    expect([alerts(), aws.count('LimitsExceeded')]).toEqual([[], 0]);
  });

  it('tells once of a station, parameter and hour: bells again, the file again, its next reading', async () => {
    await arrive(reading('05', 200));
    await aws.commit(envelope([{ dataset: 'so_lieu_quan_trac' }]));
    await arrive(reading('05', 200));
    await arrive({ ...reading('05', 200), body: `${reading('05', 200).body}pH\t7.1\t-\t20261015080500\t00\n` });
    await arrive(reading('10', 210));
    expect(alerts()).toHaveLength(1);
    expect(aws.count('LimitsExceeded')).toBe(1);
  });
});
