// Names and texts of automatic monitoring stations (Thông tư 10/2021/TT-BTNMT, Phụ lục 15).
import { parseStationName, stationRecords } from '../../../lake/intake/station';

describe('the name of a station file', () => {
  it.each([
    [
      'TTH_CTYDETA_NUO001_20261015100000.txt',
      { prefix: 'TTH_CTYDETA_NUO001', station: 'NUO001', time: '20261015100000' },
    ],
    [
      'TTH_CTY_DET_A_NUO001_20261015100000.TXT',
      { prefix: 'TTH_CTY_DET_A_NUO001', station: 'NUO001', time: '20261015100000' },
    ],
  ])('%s is read from the right', (name, parsed) => {
    expect(parseStationName(name)).toEqual(parsed);
  });

  it.each([
    'NUO001_20261015100000.txt',
    'TTH_CTY_NUO001_2026101510.txt',
    'TTH_CTY_NUO001_20261015100000.csv',
    'so lieu.txt',
    '',
  ])('%j names no station', (name) => {
    expect(parseStationName(name)).toBeUndefined();
  });
});

describe('the text of a station file', () => {
  const group = (symbol: string) => `${symbol}\t7.1\t-\t20261015100000\t00`;
  it('gives one record for each group of five, with its line and first field', () => {
    const { text, places } = stationRecords(`${group('pH')}\t${group('COD')}\r\n\r\n${group('TSS')}\t\n`, 'NUO001');
    expect(text).toBe([group('pH'), group('COD'), group('TSS')].map((one) => `${one}\tNUO001\n`).join(''));
    expect(places).toEqual([
      { line: 1, field: 0 },
      { line: 1, field: 5 },
      { line: 3, field: 0 },
    ]);
  });

  it('keeps a quote a quote', () => {
    expect(stationRecords('"a\tb\tc\td\te\n', 'NUO001').text).toBe('"""a"\tb\tc\td\te\tNUO001\n');
  });
});
