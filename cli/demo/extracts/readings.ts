// Station files of the automatic discharge monitoring format (Thông tư 10/2021/TT-BTNMT): TAB, five columns, no header.
// Symbol, value, unit, yyyyMMddHHmmss, state (00 measuring, 01 calibrating, 02 fault); one file an hour, a reading every 5 minutes.
import type { Extract } from './extract';
import { at, compact, HOUR, MINUTE } from './moment';
import type { Rng } from './rng';
import { STATIONS, type Station } from './stations';

const FIRST_HOUR = 6;
const HOURS = 8;
const REPORTING = 3;

interface Parameter {
  readonly symbol: string;
  readonly unit: string;
  readonly usual: number;
  /** Largest deviation, as a share. */
  readonly spread: number;
  readonly decimals: number;
}

const PARAMETERS: readonly Parameter[] = [
  { symbol: 'Flow', unit: 'm3/h', usual: 96, spread: 0.12, decimals: 1 },
  { symbol: 'pH', unit: '-', usual: 7.2, spread: 0.04, decimals: 2 },
  { symbol: 'Temp', unit: 'oC', usual: 29.5, spread: 0.03, decimals: 1 },
  { symbol: 'COD', unit: 'mg/L', usual: 54, spread: 0.14, decimals: 1 },
  { symbol: 'TSS', unit: 'mg/L', usual: 31, spread: 0.18, decimals: 1 },
  { symbol: 'NH4', unit: 'mg/L', usual: 3.1, spread: 0.2, decimals: 2 },
];

interface Reading {
  readonly symbol: string;
  readonly value: string;
  readonly unit: string;
  readonly moment: number;
  readonly state: string;
}

/** What is out of the ordinary, by station and hour. */
interface Incident {
  readonly station: string;
  readonly hours: readonly number[];
  readonly change: (reading: Reading, minute: number) => Reading;
  readonly vi: string;
  readonly en: string;
  readonly expect?: 'partial';
}

const INCIDENTS: readonly Incident[] = [
  {
    station: 'NUO001',
    hours: [9, 10, 11],
    change: (reading) =>
      reading.symbol === 'COD' ? { ...reading, value: (Number(reading.value) + 116).toFixed(1) } : reading,
    vi: 'COD vượt ngưỡng 135 mg/L suốt giờ',
    en: 'COD above its limit of 135 mg/L all hour',
  },
  {
    station: 'NUO002',
    hours: [8],
    change: (reading, minute) =>
      reading.symbol === 'NH4' && minute < 30 ? { ...reading, value: '', state: '01' } : reading,
    vi: 'đầu đo NH4 hiệu chuẩn 30 phút (01), ô giá trị trống',
    en: 'the NH4 sensor calibrates for 30 minutes (01), no value',
  },
  {
    station: 'NUO002',
    hours: [11],
    change: (reading) => (reading.symbol === 'pH' ? { ...reading, value: reading.value.replace('.', ',') } : reading),
    vi: 'pH ghi bằng dấu phẩy thập phân',
    en: 'pH written with a decimal comma',
  },
  {
    station: 'NUO003',
    hours: [10],
    change: (reading, minute) =>
      reading.symbol === 'TSS' && minute >= 20 && minute < 45 ? { ...reading, value: '', state: '02' } : reading,
    vi: 'đầu đo TSS báo lỗi 25 phút (02)',
    en: 'the TSS sensor reports a fault for 25 minutes (02)',
  },
  {
    station: 'NUO003',
    hours: [12],
    change: (reading, minute) => (reading.symbol === 'Flow' && minute >= 45 ? { ...reading, state: '03' } : reading),
    vi: 'ba dòng mang trạng thái 03 không có trong quy định',
    en: 'three rows bear state 03, which the circular does not know',
    expect: 'partial',
  },
];

export function readingExtracts(rng: Rng): readonly Extract[] {
  return Array.from({ length: HOURS }, (_, index) => FIRST_HOUR + index).flatMap((hour) =>
    STATIONS.slice(0, REPORTING).map((station, position) => hourFile(rng, station, position, hour)),
  );
}

function hourFile(rng: Rng, station: Station, position: number, hour: number): Extract {
  const start = at(2026, 10, 15, hour);
  const incident = INCIDENTS.find(({ station: code, hours }) => code === station.code && hours.includes(hour));
  const readings = Array.from({ length: HOUR / (5 * MINUTE) }, (_, step) => step * 5).flatMap((minute) =>
    PARAMETERS.map((parameter) => {
      const reading = draw(rng, parameter, station, start + minute * MINUTE);
      return incident === undefined ? reading : incident.change(reading, minute);
    }),
  );
  // Data loggers of different makers: line ends differ, one writes a byte order mark.
  const eol = position === 0 ? '\r\n' : '\n';
  const text = readings
    .map(
      ({ symbol, value, unit, moment, state }) => [symbol, value, unit, compact(moment, true), state].join('\t') + eol,
    )
    .join('');
  return {
    to: 'so_nn_mt/so_lieu_quan_trac/2026-10-15',
    fileName: `${station.filePrefix}_${compact(start + 55 * MINUTE, true)}.txt`,
    bytes: new TextEncoder().encode((position === 2 ? '\ufeff' : '') + text),
    story: {
      vi: `Trạm ${station.code}, ${hour} giờ: ${incident?.vi ?? 'số đo bình thường'}.`,
      en: `Station ${station.code}, ${hour}:00: ${incident?.en ?? 'nothing unusual'}.`,
    },
    expect: incident?.expect ?? 'accepted',
  };
}

function draw(rng: Rng, parameter: Parameter, station: Station, moment: number): Reading {
  // Flow follows the permit; everything else stays well under column A.
  const usual = parameter.symbol === 'Flow' ? (station.permitted / 24) * 0.6 : parameter.usual;
  const value = usual * (1 + (rng.next() - 0.5) * 2 * parameter.spread);
  return {
    symbol: parameter.symbol,
    value: value.toFixed(parameter.decimals),
    unit: parameter.unit,
    moment,
    state: '00',
  };
}
