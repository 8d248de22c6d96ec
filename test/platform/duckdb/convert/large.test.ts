// A file too large to be looked at record by record is judged as a small one is: same rows kept, same reasons.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversion } from '../../../../lake/intake/conversion';
import { convert } from '../../../../platform/duckdb/convert';
import { CODE_LISTS, contractNamed } from '../../../support/repository';
import { tempFolder } from '../../../support/temp';

const folder = tempFolder();
const contract = contractNamed('so_cong_thuong/gia_thi_truong');
const HEADER = 'Mã mặt hàng;Tên mặt hàng;Đơn vị tính;Giá;Loại giá;Mã chợ;Mã xã;Ngày';
const good = (i: number, price = '1.000') =>
  `HANG${i};Mặt hàng thí dụ số ${i};kg;${price};ban_le;CHO-A;20137;05/10/2026`;

async function judge(name: string, lines: readonly string[]): Promise<Conversion> {
  const workDir = join(folder, name);
  mkdirSync(workDir);
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${[HEADER, ...lines].join('\n')}\n`);
  return convert({
    contract,
    codeLists: CODE_LISTS,
    references: [],
    path,
    fileName: 'gia.csv',
    submission: `${contract.name}/2026-10`,
    version: '000001-thidu',
    period: '2026-10',
    loadedAtMs: 0,
    workDir,
  });
}

const plain = (from: number, count: number) => Array.from({ length: count }, (_, i) => good(from + i));
const faults = [
  'HANG1;thiếu;ô',
  good(0, 'sai'),
  `${good(-1)};thừa`,
  ';;;;;;;',
  ';;',
  ' HANG-2 ; Tên ;kg; 2.000 ;ban_le;CHO-A;20137;05/10/2026',
  '',
  good(-3, '1,234'),
  good(1),
  good(-4).replaceAll(';', ','),
];

/** The first `count` rows are plain, then come the faults, then more plain rows. */
const file = (count: number) => [...plain(1, count), ...faults, ...plain(count + 1, 100)];

describe('convert', () => {
  it('judges a file of 9 MB as it judges a small one', async () => {
    const [small, large] = [await judge('nho', file(60)), await judge('lon', file(110_000))];
    const more = 110_000 - 60;
    expect(large).toMatchObject({
      verdict: small.verdict,
      rowsIn: small.rowsIn + more,
      rowsAccepted: small.rowsAccepted + more,
      rowsRejected: small.rowsRejected,
      blankRows: small.blankRows,
      findingCount: small.findingCount,
    });
    const shape = ({ findings }: Conversion, shift: number) =>
      findings
        .map(({ code, row, cell, found }) => [code, (row ?? 0) > 60 ? (row ?? 0) + shift : row, cell?.[0], found])
        .sort();
    expect(shape(large, 0)).toEqual(shape(small, more));
    expect(small).toMatchObject({ verdict: 'partial', blankRows: 2, rowsRejected: 7 });
  }, 60_000);

  it('takes a value with spaces around it from a large file too, where nothing else is wrong', async () => {
    const padded = 'HANG-2;Tên;kg; 2.000;ban_le;CHO-A;20137 ;05/10/2026';
    const large = await judge('dem', [...plain(1, 110_000), padded]);
    expect(large).toMatchObject({ verdict: 'accepted', rowsAccepted: 110_001, rowsRejected: 0 });
  }, 60_000);
});
