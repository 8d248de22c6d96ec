// Where the header stands, with which delimiter, and which columns it names.
import fc from 'fast-check';
import { columnLetters, findHeader, headerProblems } from '../../../lake/intake/header';
import { madeColumn, madeContract } from '../../support/made-contract';
import { DELIMITERS } from '../../support/texts';

const columns = [
  madeColumn('ma_xa', { businessName: 'Mã xã', aliases: ['Mã phường/xã'], required: true }),
  madeColumn('ten_xa', { businessName: 'Tên xã', required: true }),
  madeColumn('dan_so', { businessName: 'Dân số' }),
];
const contract = madeContract(columns, { headerSearch: 4 });
const find = (text: string) => findHeader(Buffer.from(text), contract);

describe('findHeader', () => {
  it('takes the record in which most cells name columns, under any title rows', () => {
    const header = find('ỦY BAN NHÂN DÂN;;\n\n"Biểu 1\nMã xã";;\nMã xã;Tên xã;Dân số\n1;2;3\n');
    expect(header).toMatchObject({ delimiter: 59, row: 4, line: 5, dataLine: 6, titles: 2, multiline: true });
    expect(header?.cells.map((cell) => cell.column?.name)).toEqual(['ma_xa', 'ten_xa', 'dan_so']);
  });

  it('knows each delimiter, whatever the others do in the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.shuffledSubarray(['Mã xã', 'ten xa', 'DÂN SỐ', 'Ghi chú, nếu có; | khác'], { minLength: 3 }),
        (delimiter, end, names) => {
          const cells = names.map((name) => (name.includes(',') ? `"${name}"` : name));
          const header = find(`${cells.join(delimiter)}${end}1${delimiter}2${end}`);
          expect(header?.delimiter).toBe(delimiter.charCodeAt(0));
          expect(header?.cells.map((cell) => cell.text)).toEqual(names);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('looks at no more records than the contract says, and wants two columns', () => {
    expect(find('a\nb\nc\nd\nMã xã;Tên xã\n')).toBeUndefined();
    expect(find('a\n\n\nb\nc\nMã xã;Tên xã\n')?.row).toBe(6);
    expect(find('Mã xã;x;y\n')).toBeUndefined();
    expect(find('')).toBeUndefined();
  });
});

describe('headerProblems', () => {
  const problems = (text: string) => {
    const header = find(text);
    if (!header) throw new Error('no header');
    return headerProblems(header, contract);
  };

  it('names what is missing with the nearest header nobody uses', () => {
    const { missing, doubled } = problems('Mã xã;Tên xa ~~;Dân số;Tên xãã\n');
    expect([missing, doubled]).toEqual([[], []]);
    expect(problems('Mã xã;Dân số;Tên sã\n').missing).toEqual([{ column: columns[1], nearest: 'Tên sã' }]);
    expect(problems('Mã xã;Dân số\n').missing[0]?.column.name).toBe('ten_xa');
  });

  it('names every header of a column that stands twice', () => {
    expect(problems('Mã xã;ma phuong xa;Tên xã\n').doubled).toEqual([
      { column: columns[0], headers: ['Mã xã', 'ma phuong xa'] },
    ]);
  });
});

describe('columnLetters', () => {
  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [51, 'AZ'],
    [52, 'BA'],
    [701, 'ZZ'],
    [702, 'AAA'],
    [16_383, 'XFD'],
  ])('of %i is %s, as a spreadsheet has it', (index, letters) => {
    expect(columnLetters(index)).toBe(letters);
  });
});
