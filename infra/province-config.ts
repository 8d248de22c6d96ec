// A province's YAML as the stacks see it: every default stated. Anything missing, unknown or over-long is an InputError that
// names file, line, value and what is allowed; it is thrown before CDK makes anything.
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Bilingual, InputError } from '../lake/errors';
import { nearest } from '../lake/text';
import { ALIAS_WORDS, firstAlias, plainValue, yamlWords } from '../lake/yaml-words';
import { names, STAGES } from './names';
import { nearestHint, problemOf } from './province-keys';
import { isScheduleExpression } from './schedule-expression';

const email = z.email();
const schedule = z.string().refine(isScheduleExpression);

/** Regions this has been thought through for; none is in Viet Nam (docs/deploy.md). */
export const REGIONS = ['ap-southeast-1', 'ap-southeast-3', 'ap-southeast-5', 'ap-southeast-7', 'ap-east-1'] as const;

/** What an account has once a Region, and somebody above the province may have switched on already. */
export const DETECTORS = ['guardDuty', 'securityHub', 'accessAnalyzer'] as const;

/** What may stand in each key is told in province-keys.ts. */
export const provinceShape = z.strictObject({
  /** Also the file's name. In every resource name: short. */
  province: z.string().regex(/^[a-z][a-z0-9]{1,11}$/),
  /** As it stands on reports. */
  name: z
    .string()
    .min(2)
    .max(60)
    .regex(/^\P{C}+$/u),
  /** Two digits, of the government's list. */
  code: z.string().regex(/^\d{2}$/),
  stage: z.enum(STAGES),
  account: z.string().regex(/^\d{12}$/),
  region: z.enum(REGIONS),
  /** Level of Decree 85/2016/ND-CP; controls only ever grow with it. */
  securityLevel: z.int().min(1).max(5).default(3),
  /** Agencies that send data: the folder names below schemas/contracts. */
  agencies: z
    .array(
      z.strictObject({
        id: z.string(),
        /** Told what became of each file. */
        notify: z.array(email).default([]),
        /** AWS accounts or identity-center role ARNs that may take the agency's upload role. */
        trusted: z.array(z.string().regex(/^(\d{12}|arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+)$/)).default([]),
      }),
    )
    .min(1),
  /** `all` contracts of these agencies, or some by name. */
  datasets: z.union([z.literal('all'), z.array(z.string()).min(1)]).default('all'),
  operators: z.array(email).min(1),
  /** Told of readings over a limit, silent stations, overdue datasets. */
  alerts: z.array(email).default([]),
  reports: z
    .array(
      z.strictObject({
        name: z.literal('lanh_dao'),
        schedule,
        recipients: z.array(email).max(50).default([]),
        lang: z.enum(['vi', 'en']).default('vi'),
      }),
    )
    .default([]),
  /** Verified in SES; needed when a report has recipients. */
  sender: email.optional(),
  refresh: z.strictObject({ schedule }).default({ schedule: 'cron(0 22 * * ? *)' }),
  warehouse: z
    .strictObject({
      /** A query that would read more is stopped. */
      scanLimitGb: z.number().min(0.01).max(1000).default(50),
      resultDays: z.int().min(1).max(30).default(7),
    })
    .default({ scanLimitGb: 50, resultDays: 7 }),
  malwareScan: z.boolean().default(false),
  vpc: z.boolean().default(false),
  /** Detectors the account has already: not made a second time, which AWS would refuse. */
  existing: z.array(z.enum(DETECTORS)).default([]),
  /** Most memory a function is given; Lambda holds some new accounts to 3,008 MB. */
  memoryLimitMb: z.int().min(3008).max(10_240).default(10_240),
  budget: z.strictObject({ monthlyUsd: z.number().positive() }).default({ monthlyUsd: 200 }),
  /** Written approvals to keep a class of data outside the country. Without one, a contract kept at home is refused. */
  storageApprovals: z
    .array(
      z.strictObject({
        dataClass: z.enum(['cot_loi', 'quan_trong', 'thuong']),
        personal: z.boolean().default(false),
        document: z.string().min(5),
        until: z.iso.date(),
      }),
    )
    .default([]),
});

export type ProvinceConfig = Readonly<z.infer<typeof provinceShape>>;

/** Longest names AWS takes, of those that grow with what the YAML says. */
const MAX = { bucket: 63, role: 64, permissionSet: 32 } as const;

const MAX_SHOWN = 80;

function fail(path: string, line: number, problem: Bilingual): never {
  const where = `${path}:${line}`;
  throw new InputError('E_PROVINCE', { vi: `${where}: ${problem.vi}`, en: `${where}: ${problem.en}` });
}

const notYaml = (path: string, line: number, { vi, en }: Bilingual): never =>
  fail(path, line, { vi: `YAML sai: ${vi}`, en: `not valid YAML: ${en}` });

/** A value as JSON, cut where it is long; undefined: nothing is there. */
function shown(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value ?? undefined);
  return json !== undefined && json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
}

/**
 * @param path shown in messages; its file name must be the province
 * @param known contract names `agency/dataset` there are
 * @throws InputError E_PROVINCE
 */
export function parseProvince(text: string, path: string, known: readonly string[]): ProvinceConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    notYaml(path, line, yamlWords(broken));
  }
  const lineOf = (keys: readonly PropertyKey[]): number => {
    for (let length = keys.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
    }
    return 1;
  };
  let value: unknown;
  try {
    value = plainValue(document);
  } catch {
    notYaml(path, lines.linePos(firstAlias(document)).line, ALIAS_WORDS);
  }
  const parsed = provinceShape.safeParse(value ?? {});
  if (!parsed.success) {
    const { issues } = parsed.error;
    // A misspelt key is missing as well: the spelling is what has to be mended.
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
    const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
    fail(path, lineOf(keys), problemOf(issue, keys, shown(keys.length === 0 ? value : document.getIn(keys))));
  }
  const config = parsed.data;
  const file = path
    .split('/')
    .at(-1)
    ?.replace(/\.ya?ml$/, '');
  const oneOf = (keys: readonly PropertyKey[], value: string, allowed: readonly string[], what: Bilingual) => {
    if (allowed.includes(value)) return;
    const near = nearest(value, allowed);
    const hint = nearestHint(near);
    fail(path, lineOf(keys), {
      vi: `${keys.map(String).join('.')} = "${value}": không có ${what.vi} này; các giá trị: ${allowed.join(', ')}.${hint.vi}`,
      en: `${keys.map(String).join('.')} = "${value}": no such ${what.en}; allowed: ${allowed.join(', ')}.${hint.en}`,
    });
  };
  oneOf(['province'], config.province, [file ?? ''], {
    vi: 'tỉnh (tệp mang tên tỉnh)',
    en: 'province (the file is named after it)',
  });
  const agencies = [...new Set(known.map((name) => name.split('/')[0]!))];
  config.agencies.forEach(({ id }, i) => {
    oneOf(['agencies', i, 'id'], id, agencies, { vi: 'cơ quan', en: 'agency' });
    if (config.agencies.findIndex((other) => other.id === id) !== i)
      fail(path, lineOf(['agencies', i, 'id']), {
        vi: `cơ quan "${id}" có hai lần`,
        en: `agency "${id}" stands twice`,
      });
  });
  const theirs = known.filter((name) => config.agencies.some(({ id }) => name.startsWith(`${id}/`)));
  for (const [i, name] of (config.datasets === 'all' ? [] : config.datasets).entries())
    oneOf(['datasets', i], name, theirs, { vi: 'bộ dữ liệu', en: 'dataset' });
  config.reports.forEach((report, i) => {
    if (report.recipients.length > 0 && config.sender === undefined)
      fail(path, lineOf(['reports', i]), {
        vi: 'báo cáo có người nhận nhưng thiếu "sender": địa chỉ gửi đã xác minh trong SES',
        en: 'the report has recipients but "sender" is missing: an address verified in SES',
      });
  });
  const made = names(config);
  const tooLong = (keys: readonly PropertyKey[], name: string, max: number) => {
    if (name.length <= max) return;
    const at = keys.map(String).join('.');
    fail(path, lineOf(keys), {
      vi: `${at} = ${shown(document.getIn(keys))}: tên “${name}” dài ${name.length} ký tự, tối đa ${max}. Hãy rút ngắn.`,
      en: `${at} = ${shown(document.getIn(keys))}: the name “${name}” has ${name.length} characters, at most ${max}. Shorten it.`,
    });
  };
  tooLong(['province'], made.bucket('quarantine'), MAX.bucket);
  config.agencies.forEach(({ id }, i) => {
    const keys = ['agencies', i, 'id'];
    for (const role of [made.role(`upload-${id}`), made.agency(id)]) tooLong(keys, role, MAX.role);
    tooLong(keys, `tg-${config.province}-${id}`, MAX.permissionSet);
  });
  return config;
}

/** Names of the contracts a province takes part in, sorted. */
export function datasetsOf(config: ProvinceConfig, known: readonly string[]): readonly string[] {
  const theirs = known.filter((name) => config.agencies.some(({ id }) => name.startsWith(`${id}/`)));
  return (config.datasets === 'all' ? theirs : theirs.filter((name) => config.datasets.includes(name))).toSorted();
}
