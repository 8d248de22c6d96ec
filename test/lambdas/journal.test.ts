// What leaves a function as log and metric: listed fields, codes, zeros; no text of an error, which may quote a cell.
import { InputError } from '../../lake/errors';
import { journal } from '../../lambdas/shared/journal';
import { namesOf } from '../../lambdas/shared/place';

describe('a journal', () => {
  const lines: string[] = [];
  beforeAll(() => {
    process.env.POWERTOOLS_DEV = 'true';
    process.env.POWERTOOLS_METRICS_DISABLED = 'false';
    process.env.POWERTOOLS_SERVICE_NAME = 'thu';
    for (const method of ['log', 'info', 'error', 'warn'] as const)
      jest.spyOn(console, method).mockImplementation((...args: unknown[]) => void lines.push(String(args[0])));
  });
  afterAll(() => {
    jest.restoreAllMocks();
    delete process.env.POWERTOOLS_DEV;
    delete process.env.POWERTOOLS_METRICS_DISABLED;
    delete process.env.POWERTOOLS_SERVICE_NAME;
  });
  beforeEach(() => {
    lines.length = 0;
  });

  it('keeps to its list of fields', () => {
    const fields = { submission: 'so_a/b/2026-10', rowsIn: 3, file: 'Nguyễn Văn Thử 046000000001.csv' };
    journal(['A'], 'Thu').info('đã xét', fields);
    expect(lines.join()).toContain('so_a/b/2026-10');
    expect(lines.join()).not.toContain('046000000001');
  });

  it('tells of an error its code and place, not its text', () => {
    const said = { vi: 'ô “046000000001” sai', en: 'the cell “046000000001” is wrong' };
    journal(['A'], 'Thu').problem('hỏng', new InputError('E_RECORD', said, { cause: new Error('046000000001') }));
    journal(['A'], 'Thu').problem('hỏng', new TypeError('Could not convert 046000000001\nto INT32'));
    const all = lines.join();
    expect(all).toContain('E_RECORD');
    expect(all).toContain('TypeError');
    expect(all).toContain('journal.test.ts');
    expect(all).not.toContain('046000000001');
  });

  it('emits every metric at every end, zeros too, with the service as only dimension', () => {
    const kept = journal(['FilesAccepted', 'OldestOfferSeconds'], 'Thu');
    kept.count('FilesAccepted', 2);
    kept.publish();
    kept.publish();
    const emitted = lines.map((line) => JSON.parse(line));
    expect(emitted).toMatchObject([
      { FilesAccepted: 2, OldestOfferSeconds: 0, service: 'thu' },
      { FilesAccepted: 0, OldestOfferSeconds: 0 },
    ]);
    expect(emitted[0]?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Thu',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'FilesAccepted', Unit: 'Count' },
          { Name: 'OldestOfferSeconds', Unit: 'Seconds' },
        ],
      },
    ]);
  });
});

describe('the place of a function', () => {
  it('comes from one variable, and from nothing else', () => {
    const place = { province: 'hue', stage: 'dev', account: '111122223333', region: 'ap-southeast-1' };
    expect(namesOf({ TG_PLACE: JSON.stringify(place) }).bucket('ingest')).toBe('tg-hue-dev-ingest-111122223333');
    for (const TG_PLACE of [undefined, '', '{', JSON.stringify({ ...place, account: 'x' })])
      expect(() => namesOf(TG_PLACE === undefined ? {} : { TG_PLACE })).toThrow(
        expect.objectContaining({ code: 'F_PLACE' }),
      );
  });
});
