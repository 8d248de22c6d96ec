// A person is erased while a file that names them waits for its commit: the draft of its receipt goes, the offer is refused,
// and the file is judged again without the person.
import { join } from 'node:path';
import { erase } from '../../lake/erasure/erase';
import { listDrafts } from '../../lake/submission/drafts';
import { readReceipt } from '../../lake/submission/receipt-store';
import { listVersions } from '../../lake/submission/versions';
import { HO_SO, OTHER, openMade, PERSON } from '../lake/erasure/made-lake';
import { liveRows } from '../support/lake';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

const folder = tempFolder();

it('leaves nothing of a person in what was on its way', async () => {
  const lake = await openMade(join(folder, 'home'));
  const aws = new MadeAws(lake);
  // One of the person's rows is set aside, so that the draft has a finding of it.
  const rows = ['ma;so_dinh_danh;ghi_chu;so_luong', `A;${PERSON};;1`, `B;${OTHER};;2`, `C;${PERSON};;ba`];
  for (const code of ['D', 'E', 'F']) rows.push(`${code};${OTHER};;4`);
  await aws.intake([aws.event(aws.upload(`${HO_SO.name}/2026-10/a.csv`, `${rows.join('\n')}\n`))]);
  const submission = `${HO_SO.name}/2026-10/a`;
  expect(await listDrafts(lake.ports.zones.quarantine, submission)).toHaveLength(1);

  await erase({ subject: PERSON, reason: 'thử' }, lake);
  expect(await listDrafts(lake.ports.zones.quarantine, '')).toEqual([]);
  expect(await aws.commit(envelope([{ dataset: HO_SO.dataset }]))).toEqual({ batchItemFailures: [] });
  expect(await liveRows(lake, HO_SO.dataset, ['ma'])).toEqual([]);
  await aws.deliver();
  expect(await liveRows(lake, HO_SO.dataset, ['ma', 'so_dinh_danh'])).toEqual(
    ['B', 'D', 'E', 'F'].map((code) => `${code}|${OTHER}`),
  );
  const [version] = await listVersions(lake.ports.zones.control, submission);
  const receipt = version && (await readReceipt(lake.ports.zones.receipts, version));
  expect(receipt).toMatchObject({ rowsAccepted: 4, rowsRejected: 0 });
  expect(JSON.stringify(receipt)).not.toContain(PERSON);
});
