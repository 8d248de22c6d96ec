// What real events mean, and that nothing else means anything.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookOf } from '../../lambdas/intake/look';
import { commitMessage, parseIntakeMessage } from '../../lambdas/shared/messages';
import { CONTRACTS } from '../support/repository';
import { NAMES } from './made-host';

const text = (name: string) => readFileSync(join(__dirname, 'events', `${name}.json`), 'utf8');
const KEY = 'so_cong_thuong/gia_thi_truong/2026-10/Bảng giá + tháng 10.csv';
const LOOK = {
  prefix: 'so_cong_thuong/gia_thi_truong/2026-10/',
  submission: 'so_cong_thuong/gia_thi_truong/2026-10',
};
const look = (body: unknown) =>
  lookOf(parseIntakeMessage(typeof body === 'string' ? body : JSON.stringify(body)), NAMES, CONTRACTS);

describe('messages of the intake queue', () => {
  it('name the key as the store has it: EventBridge as it is, S3 itself percent-encoded with + for a space', () => {
    const versionId = 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e';
    expect(parseIntakeMessage(text('s3-object-created'))).toMatchObject({ kind: 'object', key: KEY, versionId });
    expect(parseIntakeMessage(text('s3-notification'))).toMatchObject({ kind: 'object', key: KEY, versionId });
    expect(look(text('s3-object-created'))).toEqual(LOOK);
    expect(look(text('s3-notification'))).toEqual(LOOK);
  });

  it('take a key with percent signs in an EventBridge event for what it is', () => {
    const event = JSON.parse(text('s3-object-created'));
    event.detail.object.key = 'so_cong_thuong/..%2F..%2Fetc/2026-10/a.csv';
    // No submission: the upload, should it exist, is refused under its own name.
    expect(look(event)).toEqual({ prefix: 'so_cong_thuong/..%2F..%2Fetc/2026-10/a.csv' });
  });

  it('bring GuardDuty’s word with the version it is about', () => {
    expect(parseIntakeMessage(text('guardduty-threats'))).toMatchObject({
      kind: 'scan',
      result: 'THREATS_FOUND',
      key: KEY,
      versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    });
  });

  it.each([
    ['of S3’s test', () => JSON.parse(text('s3-test-event'))],
    [
      'of another bucket',
      () => ({ ...created(), detail: { ...created().detail, bucket: { name: 'cua-nguoi-khac' } } }),
    ],
    ['of another account', () => ({ ...created(), account: '999988887777' })],
    ['of a folder somebody made in the console', () => withKey('so_cong_thuong/gia_thi_truong/2026-10/')],
  ])('lead nowhere: %s', (_, body) => {
    expect(look(body())).toBeUndefined();
  });

  it.each([
    ['another source', { ...created(), source: 'custom.forged' }],
    ['another kind', { ...created(), 'detail-type': 'Object Deleted' }],
    ['no shape at all', { hello: 1 }],
    ['a submission with a path in it', { submission: '../../etc/passwd' }],
    ['a prefix that climbs', { prefix: 'a/../2026-10/' }],
    ['more than a hint', { submission: 'so_a/b/2026-10', version: '000001-abc' }],
  ])('are refused: %s', (_, body) => {
    expect(() => look(body)).toThrow();
  });

  it('take hints of our own', () => {
    expect(look({ submission: LOOK.submission })).toEqual({ ...LOOK, mends: true });
    expect(look({ submission: 'so_nn_mt/so_lieu_quan_trac/2026-10-20/tram_1' })).toEqual({
      prefix: 'so_nn_mt/so_lieu_quan_trac/2026-10-20/',
      submission: 'so_nn_mt/so_lieu_quan_trac/2026-10-20/tram_1',
      mends: true,
    });
    expect(look({ prefix: LOOK.prefix })).toEqual({ prefix: LOOK.prefix });
    expect(look({ key: KEY })).toEqual(LOOK);
  });
});

describe('messages of the commit queue', () => {
  it('name a dataset and nothing else', () => {
    const bodies = JSON.parse(text('sqs-commit-fifo')).Records.map(({ body }: { body: string }) => JSON.parse(body));
    expect(bodies.map((body: unknown) => commitMessage.parse(body).dataset)).toEqual([
      'gia_thi_truong',
      'gia_thi_truong',
      'so_lieu_quan_trac',
    ]);
    expect(() => commitMessage.parse({ dataset: '../x' })).toThrow();
    expect(() => commitMessage.parse({ dataset: 'a', effects: [] })).toThrow();
  });
});

function created() {
  return JSON.parse(text('s3-object-created'));
}

function withKey(key: string) {
  const event = created();
  event.detail.object.key = key;
  return event;
}
