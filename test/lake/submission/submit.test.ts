// From file to visible rows and receipt, on a real home: what is sent again, corrected, refused or sent together.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readReceipt, receiptFolder } from '../../../lake/submission/receipt-store';
import { allVersions } from '../../../lake/submission/versions';
import { verifyLake } from '../../../platform/local/verify';
import { liveRows, openLake, send, snapshots, type TestLake } from '../../support/lake';
import { prices, readings, units } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const PRICES = 'gia_thi_truong';
const priceRows = (lake: TestLake) => liveRows(lake, PRICES, ['ma_mat_hang', 'gia']);
let homes = 0;
let lake: TestLake;
beforeEach(async () => {
  lake = await openLake(join(folder, `${homes++}`, 'home'));
});

describe('a file sent', () => {
  it('becomes visible in one snapshot, with its rows walking back to it', async () => {
    const [sent] = await send(lake, prices(['1.000', '2.000']));
    const [snapshot] = await snapshots(lake, PRICES);
    expect(sent).toMatchObject({
      verdict: 'accepted',
      receipt: { rowsIn: 2, rowsAccepted: 2, rowsRejected: 0, former: null, rejects: null },
    });
    expect(sent?.receipt.snapshot).toBe(snapshot?.snapshotId);
    const [version] = await allVersions(lake.ports.zones.control);
    expect(await liveRows(lake, PRICES, ['_submission', '_version', '_row', 'ky_du_lieu', 'gia'])).toEqual([
      `so_cong_thuong/gia_thi_truong/2026-10|${version?.version}|1|2026-10|1000.00`,
      `so_cong_thuong/gia_thi_truong/2026-10|${version?.version}|2|2026-10|2000.00`,
    ]);
  });

  it('twice with the same bytes changes nothing the second time', async () => {
    const [first] = await send(lake, prices(['1.000', '2.000']));
    const [second] = await send(lake, prices(['1.000', '2.000'], { name: 'ten-khac.csv' }));
    expect(second?.verdict).toBe('unchanged');
    expect(second?.receipt).toEqual(first?.receipt);
    expect(await snapshots(lake, PRICES)).toHaveLength(1);
    expect(await allVersions(lake.ports.zones.control)).toHaveLength(1);
  });

  it('corrected replaces all its former rows in one snapshot', async () => {
    const [first] = await send(lake, prices(['1.000', '2.000', '3.000']));
    const [second] = await send(lake, prices(['1.500', '2.000']));
    expect(second).toMatchObject({
      verdict: 'accepted',
      receipt: { former: { version: first?.receipt.version, rows: 3, state: 'replaced' } },
    });
    expect(await snapshots(lake, PRICES)).toMatchObject([
      { addedRows: 3, deletedRows: 0, totalRows: 3 },
      { addedRows: 2, deletedRows: 3, totalRows: 2, snapshotId: second?.receipt.snapshot },
    ]);
    expect(await priceRows(lake)).toEqual(['HANG1|1500.00', 'HANG2|2000.00']);
  });

  it('back to an earlier form is a new version with the earlier rows', async () => {
    const [a] = await send(lake, prices(['1.000']));
    await send(lake, prices(['2.000']));
    const [again] = await send(lake, prices(['1.000']));
    expect(again?.verdict).toBe('accepted');
    expect(again?.receipt.version).not.toBe(a?.receipt.version);
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    expect(await snapshots(lake, PRICES)).toHaveLength(3);
  });

  it('with wrong rows keeps the right ones and gives the wrong ones back', async () => {
    const [sent] = await send(lake, prices(['1.000', '2.000', 'ba nghìn', '4.000', '5.000']));
    expect(sent).toMatchObject({
      verdict: 'partial',
      receipt: { rowsIn: 5, rowsAccepted: 4, rowsRejected: 1, rejects: 'rejects.csv' },
    });
    for (const zone of ['receipts', 'quarantine'] as const) {
      const rejects = await lake.ports.zones[zone].get(`${sent?.receiptFolder}/rejects.csv`);
      expect(Buffer.from(rejects ?? '').toString()).toContain(
        'HANG3;Mặt hàng thí dụ;kg;ba nghìn;ban_le;CHO-A;20137;05/10/2026;4;',
      );
    }
  });
});

describe('a file refused', () => {
  it('leaves the former version live and says so', async () => {
    const [good] = await send(lake, prices(['1.000', '2.000']));
    const [bad] = await send(lake, prices(['x', 'y']));
    expect(bad).toMatchObject({
      verdict: 'rejected',
      receipt: {
        snapshot: null,
        rowsAccepted: 0,
        rowsRejected: 2,
        former: { version: good?.receipt.version, rows: 2, state: 'kept' },
      },
    });
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00', 'HANG2|2000.00']);
    expect(await snapshots(lake, PRICES)).toHaveLength(1);
  });

  it('sent again as it was is refused again, with the same receipt', async () => {
    const [first] = await send(lake, prices(['x']));
    const [second] = await send(lake, prices(['x']));
    expect(second).toMatchObject({ verdict: 'rejected', receipt: { version: first?.receipt.version } });
    expect(await allVersions(lake.ports.zones.control)).toHaveLength(1);
    expect(await snapshots(lake, PRICES)).toHaveLength(0);
  });

  it('for a code the list lacked is judged anew once the list has it', async () => {
    await send(lake, units(['19753']));
    const [before] = await send(lake, prices(['1.000'], { unit: '20137' }));
    expect(before?.receipt.findings.map((finding) => finding.code)).toEqual(['E_TOO_MANY_REJECTED', 'E_REFERENCE']);
    await send(lake, units(['19753', '20137']));
    const [after] = await send(lake, prices(['1.000'], { unit: '20137' }));
    expect(after?.verdict).toBe('accepted');
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
  });
});

describe('a file taken in before the list its codes belong to', () => {
  it('is judged again when it is sent after the list', async () => {
    const [before] = await send(lake, prices(['1.000'], { unit: '99999' }));
    expect(before).toMatchObject({ verdict: 'accepted', receipt: { unchecked: ['don_vi_hanh_chinh'] } });
    await send(lake, units(['19753']));
    const [after] = await send(lake, prices(['1.000'], { unit: '99999' }));
    expect(after?.receipt.findings.at(-1)?.code).toBe('E_REFERENCE');
  });
});

describe('a slot', () => {
  it('by period is one submission whatever the file is called', async () => {
    await send(lake, prices(['1.000'], { name: 'a.csv' }));
    await send(lake, prices(['2.000'], { name: 'b.csv' }));
    await send(lake, prices(['3.000'], { name: 'b.csv', period: '2026-09' }));
    expect(await liveRows(lake, PRICES, ['ky_du_lieu', 'gia'])).toEqual(['2026-09|3000.00', '2026-10|2000.00']);
  });

  it('by file is one submission for each file of the period', async () => {
    await send(lake, readings('NUO001', ['7.1', '60']), readings('NUO002', ['7.2', '70']));
    await send(lake, readings('NUO002', ['7.3']));
    expect(await liveRows(lake, 'so_lieu_quan_trac', ['ma_tram', 'ma_thong_so', 'gia_tri'])).toEqual([
      'NUO001|COD|60.0000',
      'NUO001|pH|7.1000',
      'NUO002|pH|7.3000',
    ]);
  });
});

describe('files sent together', () => {
  it('become visible in one snapshot where they go to one table', async () => {
    const sent = await send(
      lake,
      readings('NUO001', ['7.1']),
      readings('NUO002', ['7.2']),
      readings('NUO003', ['7.3']),
    );
    expect(new Set(sent.map(({ receipt }) => receipt.snapshot)).size).toBe(1);
    expect(await snapshots(lake, 'so_lieu_quan_trac')).toMatchObject([{ addedRows: 3, totalRows: 3 }]);
  });

  it('to one slot are taken in order: the last one stays', async () => {
    const sent = await send(lake, prices(['1.000']), prices(['2.000']), prices(['x']));
    expect(sent.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'rejected']);
    expect(await priceRows(lake)).toEqual(['HANG1|2000.00']);
  });

  it('are judged against the list that came before them in the same call', async () => {
    const [, sent] = await send(lake, units(['19753']), prices(['1.000'], { unit: '20137' }));
    expect(sent?.receipt.findings.at(-1)?.code).toBe('E_REFERENCE');
  });
});

describe('receipts', () => {
  it('lie beside every version, green and red ones too, and the lake holds together', async () => {
    await send(
      lake,
      units(['19753', '20137']),
      prices(['1.000']),
      prices(['x']),
      prices(['1.000', '2.000', '3.000', '4.000', 'x']),
      prices([]),
    );
    const versions = await allVersions(lake.ports.zones.control);
    expect(versions).toHaveLength(5);
    for (const version of versions) {
      const receipt = await readReceipt(lake.ports.zones.receipts, version);
      expect(receipt).toMatchObject({
        submission: version.submission,
        version: version.version,
        sha256: version.sha256,
      });
      expect(receipt?.rowsIn).toBe((receipt?.rowsAccepted ?? 0) + (receipt?.rowsRejected ?? 0));
      expect(existsSync(join(lake.ports.dir, 'receipts', receiptFolder(version), 'receipt.html'))).toBe(true);
    }
    expect((await verifyLake(lake)).filter((check) => !check.ok)).toEqual([]);
  });

  it('say which period was taken when none was given', async () => {
    const { period: _, ...file } = prices(['1.000'], { name: 'gia_2026-10.csv' });
    const [sent] = await send(lake, file);
    expect(sent?.receipt.period).toBe('2026-10');
    expect(sent?.receipt.notes[0]?.en).toBe('The period 2026-10 was taken from the file name.');
  });
});
