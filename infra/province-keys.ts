// Every key of a province's YAML and what it may hold, in the words of its refusals. `agencies.id` is the key `id` of each
// agency. That none is forgotten is held against the shape (test/infra/config.test.ts).
import type { z } from 'zod';
import type { Bilingual } from '../lake/errors';
import { nearest } from '../lake/text';
import { SCHEDULE_FORM } from './schedule-expression';

const both = (text: string): Bilingual => ({ vi: text, en: text });
const MAILS: Bilingual = {
  vi: 'danh sách địa chỉ thư: [ai@example.vn]',
  en: 'a list of mail addresses: [who@example.vn]',
};
const YES_NO = both('true, false');
const SCHEDULE: Bilingual = { vi: SCHEDULE_FORM, en: SCHEDULE_FORM };
const keysOf = (text: string): Bilingual => ({ vi: `các khóa ${text}`, en: `the keys ${text}` });

/** Of keys with a closed list of values zod knows the list. */
export const PROVINCE_KEYS: Readonly<Record<string, Bilingual>> = {
  province: {
    vi: '2 đến 12 chữ thường và chữ số, bắt đầu bằng chữ',
    en: '2 to 12 lower-case letters and digits, a letter first',
  },
  name: {
    vi: 'tên của tỉnh, 2 đến 60 ký tự trên một dòng, không có ký tự ẩn',
    en: 'the name of the province, 2 to 60 characters in one line, none of them hidden',
  },
  code: { vi: "hai chữ số trong dấu nháy: '46'", en: "two digits, quoted: '46'" },
  stage: both('dev, staging, production'),
  account: { vi: "mười hai chữ số trong dấu nháy: '012345678901'", en: "twelve digits, quoted: '012345678901'" },
  region: { vi: 'một vùng AWS, ví dụ ap-southeast-1', en: 'an AWS Region, for example ap-southeast-1' },
  securityLevel: { vi: 'số nguyên từ 1 đến 5, không có dấu nháy', en: 'a whole number from 1 to 5, not quoted' },
  agencies: {
    vi: 'danh sách ít nhất một cơ quan: - {id: so_cong_thuong}',
    en: 'a list of at least one agency: - {id: so_cong_thuong}',
  },
  'agencies.id': { vi: 'tên một thư mục trong schemas/contracts', en: 'the name of a folder below schemas/contracts' },
  'agencies.notify': MAILS,
  'agencies.trusted': {
    vi: 'danh sách tài khoản AWS (mười hai chữ số trong dấu nháy) hoặc vai trò arn:aws:iam::…:role/…',
    en: 'a list of AWS accounts (twelve digits, quoted) or roles arn:aws:iam::…:role/…',
  },
  datasets: { vi: 'all, hoặc danh sách cơ_quan/bộ_dữ_liệu', en: 'all, or a list of agency/dataset' },
  operators: MAILS,
  alerts: MAILS,
  reports: keysOf('name, schedule, recipients, lang'),
  'reports.name': both('lanh_dao'),
  'reports.schedule': SCHEDULE,
  'reports.recipients': { vi: `${MAILS.vi}, nhiều nhất 50`, en: `${MAILS.en}, 50 at most` },
  'reports.lang': both('vi, en'),
  sender: { vi: 'một địa chỉ thư', en: 'a mail address' },
  refresh: keysOf('schedule'),
  'refresh.schedule': SCHEDULE,
  warehouse: keysOf('scanLimitGb, resultDays'),
  'warehouse.scanLimitGb': { vi: 'số từ 0.01 đến 1000', en: 'a number from 0.01 to 1000' },
  'warehouse.resultDays': { vi: 'số nguyên từ 1 đến 30', en: 'a whole number from 1 to 30' },
  malwareScan: YES_NO,
  vpc: YES_NO,
  existing: {
    vi: 'danh sách những gì tài khoản đã có: [guardDuty, securityHub, accessAnalyzer]',
    en: 'a list of what the account has already: [guardDuty, securityHub, accessAnalyzer]',
  },
  memoryLimitMb: { vi: 'số nguyên từ 3008 đến 10240', en: 'a whole number from 3008 to 10240' },
  budget: keysOf('monthlyUsd'),
  'budget.monthlyUsd': { vi: 'số lớn hơn 0', en: 'a number above 0' },
  storageApprovals: {
    vi: 'danh sách văn bản: - {dataClass, personal, document, until}',
    en: 'a list of approvals: - {dataClass, personal, document, until}',
  },
  'storageApprovals.dataClass': both('cot_loi, quan_trong, thuong'),
  'storageApprovals.personal': YES_NO,
  'storageApprovals.document': { vi: 'số và ngày của văn bản', en: 'number and day of the document' },
  'storageApprovals.until': { vi: "ngày 'YYYY-MM-DD'", en: "a day 'YYYY-MM-DD'" },
};

export const nearestHint = (near: string | undefined): Bilingual =>
  near === undefined ? both('') : { vi: ` Gần nhất: ${near}.`, en: ` Nearest: ${near}.` };

/** Keys that may stand below one, or at the top. */
function below(parent: string): readonly string[] {
  const start = parent === '' ? '' : `${parent}.`;
  return Object.keys(PROVINCE_KEYS)
    .filter((key) => key.startsWith(start) && !key.slice(start.length).includes('.'))
    .map((key) => key.slice(start.length));
}

/**
 * What is wrong at a key, without where.
 * @param path of the key, an unknown one included
 * @param value as JSON; undefined: nothing is there
 */
export function problemOf(issue: z.core.$ZodIssue, path: readonly PropertyKey[], value: string | undefined): Bilingual {
  const where = path.map(String).join('.');
  const named = path.filter((key) => typeof key === 'string');
  if (issue.code === 'unrecognized_keys') {
    const keys = below(named.slice(0, -1).join('.'));
    const near = nearest(String(path.at(-1)), keys);
    const hint = nearestHint(near);
    return {
      vi: `${where} = ${value}: không có khóa này; các khóa: ${keys.join(', ')}.${hint.vi}`,
      en: `${where} = ${value}: no such key; allowed: ${keys.join(', ')}.${hint.en}`,
    };
  }
  const values = 'values' in issue ? both(issue.values.join(', ')) : undefined;
  const allowed = values ?? PROVINCE_KEYS[named.join('.')] ?? keysOf(below('').join(', '));
  if (value === undefined)
    return {
      vi: `thiếu ${where || 'nội dung'}; cần: ${allowed.vi}`,
      en: `${where || 'everything'} is missing; allowed: ${allowed.en}`,
    };
  const at = where === '' ? value : `${where} = ${value}`;
  return { vi: `${at}: không hợp lệ; cần: ${allowed.vi}`, en: `${at}: not valid; allowed: ${allowed.en}` };
}
