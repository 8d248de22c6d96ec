// What people are told of readings over a limit, and that they are told once.
import { type AlertMessage, alertOnLimits, composeAlert, type OverLimit } from '../../../lake/report/alert';
import { memoryObjectStore } from '../../../platform/memory/object-store';

function over(change: Partial<OverLimit> = {}): OverLimit {
  return {
    station: 'NUO001',
    stationName: 'Nhà máy Mẫu',
    parameter: 'COD',
    unit: 'mg/L',
    hour: '2026-10-15T08:00:00',
    value: 198.25,
    lower: null,
    upper: 99,
    readings: 12,
    basis: 'QCVN 40:2011/BTNMT',
    times: 2.0025,
    isConfirmed: true,
    ...change,
  };
}

describe('composeAlert', () => {
  it('says station, parameter, hour, value, limit and by how much, in both languages', () => {
    const { text } = composeAlert([over()]);
    expect(text).toContain('CẢNH BÁO: 1 trung bình giờ vượt ngưỡng ở 1 trạm.');
    expect(text).toContain(
      '1. Nhà máy Mẫu (NUO001) · COD · 08:00–09:00 15/10/2026: 198,25 mg/L; ngưỡng 99 mg/L (QCVN 40:2011/BTNMT), gấp 2,003 lần; 12 số đo.',
    );
    expect(text).toContain(
      '1. Nhà máy Mẫu (NUO001) · COD · 08:00–09:00 15/10/2026: 198.25 mg/L; limit 99 mg/L (QCVN 40:2011/BTNMT), 2.003 times; 12 readings.',
    );
  });

  it('says when a value lies below its lower limit, and when a limit is not confirmed', () => {
    const { text } = composeAlert([
      over({ parameter: 'pH', unit: '-', value: 4, lower: 6, upper: 9, times: 1.5, isConfirmed: false }),
    ]);
    expect(text).toContain(
      'pH · 08:00–09:00 15/10/2026: 4; ngưỡng dưới 6 (QCVN 40:2011/BTNMT), thấp hơn 1,5 lần; 12 số đo. Con số của ngưỡng này chưa được đối chiếu với quy chuẩn.',
    );
  });

  it('lists the worst and counts the others', () => {
    const many = Array.from({ length: 25 }, (_, i) => over({ station: `T${i % 5}`, parameter: `P${i}`, times: i }));
    const { text, subject } = composeAlert(many, 3);
    expect(text.match(/^\d+\. .*lần/gm)?.map((one) => /P\d+/.exec(one)?.[0])).toEqual(['P24', 'P23', 'P22']);
    expect(text).toContain('CẢNH BÁO: 25 trung bình giờ vượt ngưỡng ở 5 trạm.');
    expect(text).toContain('… và 22 trường hợp khác.');
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });

  it('writes the end of a day’s last hour as 24:00', () => {
    expect(composeAlert([over({ hour: '2026-10-15T23:00:00' })]).text).toContain('23:00–24:00 15/10/2026');
  });
});

describe('alertOnLimits', () => {
  function post() {
    const control = memoryObjectStore();
    const sent: AlertMessage[] = [];
    const publish = async (message: AlertMessage) => {
      sent.push(message);
    };
    return { control, sent, publish };
  }

  it('tells once of a station, parameter and hour, however often it comes', async () => {
    const ports = post();
    expect(await alertOnLimits([over(), over({ parameter: 'TSS' })], ports)).toBe(2);
    expect(await alertOnLimits([over(), over({ parameter: 'TSS' })], ports)).toBe(0);
    expect(await alertOnLimits([over({ value: 250 })], ports)).toBe(0);
    expect(ports.sent).toHaveLength(1);
    expect(await alertOnLimits([over(), over({ hour: '2026-10-15T09:00:00' })], ports)).toBe(1);
    expect(ports.sent).toHaveLength(2);
    expect(ports.sent[1]?.text).toContain('09:00–10:00');
    expect(ports.sent[1]?.text).not.toContain('08:00–09:00');
  });

  it('sends nothing when nothing is over a limit', async () => {
    const ports = post();
    expect(await alertOnLimits([], ports)).toBe(0);
    expect(ports.sent).toEqual([]);
  });

  it('tells again what could not be sent', async () => {
    const { control, sent, publish } = post();
    const failing = { control, publish: () => Promise.reject(new Error('SNS is down')) };
    await expect(alertOnLimits([over()], failing)).rejects.toThrow('SNS is down');
    expect(await alertOnLimits([over()], { control, publish })).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('leaves marks that tell neither station nor value', async () => {
    const ports = post();
    await alertOnLimits([over()], ports);
    const [mark, ...others] = await ports.control.list('');
    expect(others).toEqual([]);
    expect(mark?.key).toMatch(/^alerts\/limits\/2026-10\/[0-9a-f]{32}\.json$/);
    expect(Buffer.from((await ports.control.get(mark!.key))!).toString()).toBe('{}\n');
  });
});
