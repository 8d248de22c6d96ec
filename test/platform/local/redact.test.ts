// Records of erased people leave a file; every other byte stays.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { normaliseSubject } from '../../../lake/erasure/suppression';
import { redact } from '../../../platform/local/redact';
import { madeColumn, madeContract } from '../../support/made-contract';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const PERSON = '046000000001';
const OTHER = '046000000002';

const COLUMNS = [
  madeColumn('ma', { aliases: ['Mã'] }),
  madeColumn('so_dinh_danh', { fieldId: 12, personal: 'basic', subjectId: true, aliases: ['Số CCCD'] }),
  madeColumn('ghi_chu', { fieldId: 13 }),
];
const CONTRACT = madeContract(COLUMNS);

let made = 0;

async function redacted(content: string | Uint8Array, contract = CONTRACT) {
  const path = join(folder, `tep-${made++}.csv`);
  writeFileSync(path, content);
  const isErased = (value: string) => normaliseSubject(value) === PERSON;
  const workDir = join(folder, `work-${made}`);
  mkdirSync(workDir);
  const result = await redact({ path, fileName: 'tep.csv', contract, isErased, workDir });
  return {
    isSame: result.path === path,
    text: readFileSync(result.path, 'utf8'),
    bytes: readFileSync(result.path),
    rows: result.rowsLeftOut,
    records: result.records,
  };
}

const lines = (...rows: readonly string[]) => rows.map((row) => `${row}\n`).join('');

describe('redact', () => {
  it('makes a row of empty cells of each record of the person, and keeps the numbers of all others', async () => {
    const { text, rows, records } = await redacted(
      lines('ma;so_dinh_danh;ghi_chu', `a;${PERSON};một`, '', `b;${OTHER};hai`, `c; '046.000.000.001 ;ba`, `d;;bốn`),
    );
    expect(text).toBe(lines('ma;so_dinh_danh;ghi_chu', ';;', '', `b;${OTHER};hai`, ';;', 'd;;bốn'));
    expect({ rows, records }).toEqual({ rows: 2, records: [1, 3] });
  });

  it('finds a number whose leading 0 a spreadsheet took away, but not longer or shorter ones', async () => {
    const { text } = await redacted(
      lines('ma,so_dinh_danh,ghi_chu', 'a,46000000001,', `b,1${PERSON},`, `c,${PERSON}0,`, 'd,046000001,'),
    );
    expect(text).toBe(lines('ma,so_dinh_danh,ghi_chu', ',,', `b,1${PERSON},`, `c,${PERSON}0,`, 'd,046000001,'));
  });

  it('takes a record of several lines for one, and leaves line ends, byte order mark and the last line as they were', async () => {
    const { text, rows } = await redacted(
      `\ufeffma;so_dinh_danh;ghi_chu\r\na;"${PERSON}";"một\r\nhai; ba"\r\nb;${OTHER};"giữ\n""nguyên"""\rc;x;d\r\nd;${PERSON};hết`,
    );
    expect(text).toBe(`\ufeffma;so_dinh_danh;ghi_chu\r\n;;\r\nb;${OTHER};"giữ\n""nguyên"""\rc;x;d\r\n;;`);
    expect(rows).toBe(2);
  });

  it('empties a cell of a column the lake does not take in, and leaves the row to its owner', async () => {
    const { text, rows, isSame } = await redacted(
      lines('ma;so_dinh_danh;CCCD người nộp thay', `a;${OTHER};"${PERSON}"`, 'b;x;y'),
    );
    expect(text).toBe(lines('ma;so_dinh_danh;CCCD người nộp thay', `a;${OTHER};`, 'b;x;y'));
    expect({ rows, isSame }).toEqual({ rows: 0, isSame: false });
  });

  it('looks at every cell of a record of the wrong shape', async () => {
    const { text } = await redacted(
      lines('ma;so_dinh_danh;ghi_chu', `a;b;c;${PERSON}`, `${PERSON}`, 'c;d', `e;"${OTHER}"x;${PERSON}`),
    );
    expect(text).toBe(lines('ma;so_dinh_danh;ghi_chu', ';;', ';;', 'c;d', ';;'));
  });

  it('works on rows set aside with their reasons', async () => {
    const { text } = await redacted(
      lines('Mã;Số CCCD;ghi_chu;Dòng trong tệp;Lý do', `a;${PERSON};x;2;"sai; rất sai"`, `b;${OTHER};x;3;sai`),
    );
    expect(text).toBe(lines('Mã;Số CCCD;ghi_chu;Dòng trong tệp;Lý do', ';;;;', `b;${OTHER};x;3;sai`));
  });

  it('empties the lines that name the person where a file is no table, whatever its encoding', async () => {
    const { bytes, rows } = await redacted(
      Buffer.from(
        `B\xe1o c\xe1o\r\ns\u1ed1 046 000 000 001 \u0111\xe2y\r\nkh\xf4ng\r\n<td>${PERSON}</td>\r\n`,
        'latin1',
      ),
    );
    expect(bytes.toString('latin1')).toBe('B\xe1o c\xe1o\r\n\r\nkh\xf4ng\r\n\r\n');
    expect(rows).toBe(2);
  });

  it('empties titles above the header that name the person', async () => {
    const { text, rows } = await redacted(
      lines('Danh sách', `Hồ sơ của số ${PERSON}`, 'ma;so_dinh_danh;ghi_chu', 'a;b;c'),
    );
    expect(text).toBe(lines('Danh sách', '', 'ma;so_dinh_danh;ghi_chu', 'a;b;c'));
    expect(rows).toBe(0);
  });

  it('gives back the file itself when nobody is in it, when it is no text, and when the contract names no people', async () => {
    expect((await redacted(lines('ma;so_dinh_danh;ghi_chu', `a;${OTHER};c`))).isSame).toBe(true);
    expect((await redacted(Buffer.from(`PK\u0003\u0004${PERSON}`))).isSame).toBe(true);
    const other = madeContract([madeColumn('ma'), madeColumn('so_dinh_danh', { fieldId: 12 })]);
    expect((await redacted(lines('ma;so_dinh_danh', `a;${PERSON}`), other)).isSame).toBe(true);
  });

  it('finds records across the pieces a large file is read in', async () => {
    const row = (i: number) => `m${i};${i % 1000 === 7 ? PERSON : OTHER};"ghi chú ${i}\ndòng hai ${'x'.repeat(90)}"`;
    const rows = Array.from({ length: 30_000 }, (_, i) => row(i));
    const { text, rows: left } = await redacted(lines('ma;so_dinh_danh;ghi_chu', ...rows));
    expect(left).toBe(30);
    expect(text).toBe(lines('ma;so_dinh_danh;ghi_chu', ...rows.map((one, i) => (i % 1000 === 7 ? ';;' : one))));
  });
});
