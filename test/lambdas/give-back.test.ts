// What failed comes back soon, with the rest of its group, and later each time; a message that cannot be given back is no failure.
import { join } from 'node:path';
import { openLake } from '../support/lake';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

const folder = tempFolder();
let homes = 0;
let aws: MadeAws;
beforeEach(async () => {
  aws = new MadeAws(await openLake(join(folder, `${homes++}`, 'home')));
});
const failedOf = (answer: object) =>
  'batchItemFailures' in answer && Array.isArray(answer.batchItemFailures) ? answer.batchItemFailures.length : 0;

it.each([
  [1, 30],
  [2, 120],
  [3, 480],
  [4, 1800],
  [9, 1800],
])('received for the %sth time: seen again after %s s', async (receives, seconds) => {
  expect(failedOf(await aws.intake(['{', { Service: 'Amazon S3', Event: 's3:TestEvent' }], receives))).toBe(1);
  expect(aws.givenBack).toEqual([{ messageId: 'message-0', queue: 'thu', seconds }]);
});

it('a bell that failed takes the later ones of its group with it', async () => {
  expect(failedOf(await aws.commit(envelope([{ dataset: 'khong_co' }, { dataset: 'gia_thi_truong' }])))).toBe(2);
  expect(aws.givenBack.map(({ messageId }) => messageId)).toEqual(['message-0', 'message-1']);
});

it('nothing is given back when nothing failed', async () => {
  expect(failedOf(await aws.commit(envelope([{ dataset: 'gia_thi_truong' }])))).toBe(0);
  expect(aws.givenBack).toEqual([]);
});

it('a message that cannot be given back waits for the end of its time-out, and that is told', async () => {
  aws.failsToGiveBack = true;
  expect(failedOf(await aws.intake(['{']))).toBe(1);
  expect(JSON.stringify(aws.lines)).toContain('not given back');
});
