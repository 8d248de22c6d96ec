import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { loadProvince } from '../../infra/lake-context';
import { parseProvince, provinceShape } from '../../infra/province-config';
import { PROVINCE_KEYS } from '../../infra/province-keys';
import { isScheduleExpression } from '../../infra/schedule-expression';
import { checkStackSizes } from '../../infra/stack-size';
import { IntakeStack } from '../../infra/stacks/intake';
import { InputError } from '../../lake/errors';

import { lakeOf, synth } from './synth';

const root = join(__dirname, '..', '..');
const KNOWN = ['so_noi_vu/co_quan', 'so_noi_vu/don_vi_hanh_chinh', 'van_phong_ubnd/ho_so_tthc'];
const NHO = readFileSync(join(root, 'infra', 'provinces', 'nho.yaml'), 'utf8');
const PATH = 'infra/provinces/nho.yaml';

const ALIAS = 'not valid YAML: an alias (*name) names nothing, goes round in a circle or swells too far';
const NAME = /^name = "Nho.*": not valid; allowed: the name of the province, 2 to 60 characters in one line/;

/** English text of the refusal of a YAML; the Vietnamese one must name the same place. */
function refusal(text: string, path = PATH): string {
  try {
    parseProvince(text, path, KNOWN);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.code).toBe('E_PROVINCE');
    expect(error.text.vi.split(': ')[0]).toBe(error.text.en.split(': ')[0]);
    return error.text.en;
  }
  throw new Error('the YAML was taken');
}

const changed = (from: string | RegExp, to: string) => {
  const text = NHO.replace(from, to);
  if (text === NHO) throw new Error(`nothing to change: ${from}`);
  return text;
};

describe('a province’s YAML', () => {
  it('states every default', () => {
    expect(parseProvince(NHO, PATH, KNOWN)).toMatchObject({
      securityLevel: 1,
      datasets: 'all',
      malwareScan: false,
      vpc: false,
      warehouse: { scanLimitGb: 50, resultDays: 7 },
      budget: { monthlyUsd: 200 },
      reports: [],
    });
  });

  it.each([
    ['is no YAML', changed('agencies:', 'agencies: ['), '- id: so_noi_vu', 'not valid YAML: '],
    [
      'misspells an agency',
      changed('- id: so_noi_vu', '- id: so_noi_vuu'),
      'so_noi_vuu',
      'agencies.0.id = "so_noi_vuu": no such agency; allowed: so_noi_vu, van_phong_ubnd. Nearest: so_noi_vu.',
    ],
    [
      'names an agency twice',
      changed('- id: van_phong_ubnd', '- id: so_noi_vu # again'),
      '# again',
      'agency "so_noi_vu" stands twice',
    ],
    [
      'names a dataset that none of its agencies sends',
      `${NHO}datasets: [so_noi_vu/co_quann]\n`,
      'datasets:',
      `datasets.0 = "so_noi_vu/co_quann": no such dataset; allowed: ${KNOWN.join(', ')}. Nearest: so_noi_vu/co_quan.`,
    ],
    [
      'has an unknown key',
      `${NHO}colour: red\n`,
      'colour',
      /^colour = "red": no such key; allowed: province, name, .*, storageApprovals\./,
    ],
    [
      'misspells a key',
      `${NHO}malwarScan: true\n`,
      'malwarScan',
      /^malwarScan = true: no such key; allowed: .* Nearest: malwareScan\.$/,
    ],
    [
      'misspells a key of an agency',
      changed('- id: so_noi_vu', '- {id: so_noi_vu, notfy: []}'),
      'notfy',
      'agencies.0.notfy = []: no such key; allowed: id, notify, trusted. Nearest: notify.',
    ],
    [
      'does not quote its account',
      changed("'000000000000'", '123456789012'),
      'account:',
      "account = 123456789012: not valid; allowed: twelve digits, quoted: '012345678901'",
    ],
    [
      'quotes a number',
      changed('securityLevel: 1', "securityLevel: '1'"),
      'securityLevel:',
      'securityLevel = "1": not valid; allowed: a whole number from 1 to 5, not quoted',
    ],
    [
      'has a list at the top',
      '- province: nho\n- name: Nho\n',
      'province',
      /^\[\{"province":"nho"\},\{"name":"Nho"\}\]: not valid; allowed: the keys province, name, /,
    ],
    [
      'names agencies without keys',
      changed('- id: so_noi_vu', '- so_noi_vu'),
      '- so_noi_vu',
      'agencies.0 = "so_noi_vu": not valid; allowed: a list of at least one agency: - {id: so_cong_thuong}',
    ],
    [
      'has a Region we do not know',
      changed('ap-southeast-1', 'eu-west-1'),
      'region:',
      /^region = "eu-west-1": .*; allowed: ap-southeast-1, /,
    ],
    [
      'has a stage we do not know',
      changed('stage: dev', 'stage: prod'),
      'stage:',
      /^stage = "prod": .*; allowed: dev, staging, production$/,
    ],
    [
      'has an account that is no account',
      changed("'000000000000'", "'12'"),
      'account:',
      'account = "12": not valid; allowed: twelve digits, quoted',
    ],
    [
      'has a level there is not',
      changed('securityLevel: 1', 'securityLevel: 6'),
      'securityLevel:',
      'securityLevel = 6: not valid; allowed: a whole number from 1 to 5',
    ],
    [
      'misspells a key that it needs',
      changed('operators:', 'operaters:'),
      'operaters:',
      /^operaters = \[.*\]: no such key; allowed: .* Nearest: operators\.$/,
    ],
    ['names an alias that there is not', changed(/operators:.*\n/, 'operators: *o # !\n'), '# !', ALIAS],
    [
      'has aliases that swell',
      `${NHO}a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a] # !\nc: &c [*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c]\ne: [*d, *d, *d]\n`,
      '# !',
      ALIAS,
    ],
    ['has an alias in a circle', changed(/operators:.*\n/, 'operators: &o [*o] # !\n'), '# !', ALIAS],
    ['has a name of two lines', changed(/name: .*/, 'name: "Nho\\nhai dòng"'), 'name:', NAME],
    ['has a name with hidden characters', changed(/name: .*/, 'name: "Nho\\u202e"'), 'name:', NAME],
    [
      'leaves out who runs it',
      changed(/operators:.*\n/, ''),
      'province: nho',
      'operators is missing; allowed: a list of mail addresses: [who@example.vn]',
    ],
    [
      'mails a report from nowhere',
      `${NHO}reports: [{name: lanh_dao, schedule: 'rate(1 day)', recipients: [a@nho.example.vn]}]\n`,
      'reports:',
      'the report has recipients but "sender" is missing: an address verified in SES',
    ],
    [
      'has a schedule that is none',
      `${NHO}refresh: {schedule: daily}\n`,
      'refresh:',
      'refresh.schedule = "daily": not valid; allowed: cron(minute hour ',
    ],
  ])('that %s is refused with file, line, value and what is allowed', (_what, text, marker, message) => {
    const line = text.split('\n').findIndex((one) => one.includes(marker)) + 1;
    const [, where, what] = /^(.+?:\d+): (.*)$/.exec(refusal(text)) ?? [];
    expect(where).toBe(`${PATH}:${line}`);
    if (typeof message === 'string') expect(what?.slice(0, message.length)).toBe(message);
    else expect(what).toMatch(message);
  });

  it('is refused in Vietnamese without a word of English', () => {
    const vietnamese = (text: string): string => {
      try {
        parseProvince(text, PATH, KNOWN);
      } catch (error) {
        if (error instanceof InputError) return error.text.vi;
      }
      throw new Error('the YAML was taken');
    };
    expect(vietnamese(changed('- id: so_noi_vu', '- id: so_noi_vuu'))).toMatch(/ Gần nhất: so_noi_vu\.$/);
    expect(vietnamese(`${NHO}malwarScan: true\n`)).toMatch(/ Gần nhất: malwareScan\.$/);
    expect(vietnamese(changed('agencies:', 'agencies: ['))).toMatch(/: YAML sai: [\p{Script=Latin} ,:()]+$/u);
    expect(vietnamese(`${NHO}stage: dev\n`)).toMatch(/: YAML sai: một khóa được ghi hai lần$/);
  });

  it.each(['', '# nothing but this\n', '---\n'])('that says nothing (%j) is refused on its first line', (text) => {
    expect(refusal(text)).toMatch(/^infra\/provinces\/nho\.yaml:1: province is missing; allowed: 2 to 12 /);
  });

  it('has no key whose values a refusal could not tell', () => {
    const keysOf = (node: unknown, above: string): string[] => {
      const { properties, items } = z
        .object({ properties: z.record(z.string(), z.unknown()).default({}), items: z.unknown().optional() })
        .parse(node);
      const own = Object.entries(properties).flatMap(([key, child]) => [
        above + key,
        ...keysOf(child, `${above}${key}.`),
      ]);
      return items === undefined ? own : [...own, ...keysOf(items, above)];
    };
    const keys = keysOf(z.toJSONSchema(provinceShape), '');
    expect(keys).toContain('agencies.trusted');
    expect(Object.keys(PROVINCE_KEYS).toSorted()).toEqual(keys.toSorted());
  });

  it.each([
    'cron(0 22 * * ? *)',
    'cron(0 0 ? * MON *)',
    'cron(0/15 8-17 ? * MON-FRI *)',
    'cron(0 1 1 JAN,JUL ? 2026-2030)',
    'cron(0 8 L * ? *)',
    'cron(0 8 ? * 6#1 *)',
    'rate(1 day)',
    'rate(6 hours)',
  ])('may say %s', (expression) => expect(isScheduleExpression(expression)).toBe(true));

  it.each([
    'cron(61 22 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 22 * * * *)',
    'cron(0 22 ? * ? *)',
    'cron(0 22 * * ?)',
    'cron(0 22 0 * ? *)',
    'cron(0 22 * 13 ? *)',
    'cron(0 22 ? * MONDAY *)',
    'cron(0/0 22 * * ? *)',
    'cron(0-5-9 22 * * ? *)',
    'rate(1 hours)',
    'rate(6 hour)',
    'rate(0 days)',
    'rate(5 weeks)',
    'at(2026-01-01T00:00:00)',
  ])('may not say %s', (expression) => expect(isScheduleExpression(expression)).toBe(false));

  it.each([
    [
      'so_co_ten_rat_dai_khong_vua',
      /agencies\.0\.id = ".*": the name “tg-nho-so_co_ten_.*” has 34 characters, at most 32/,
    ],
    [
      `so_${'x'.repeat(60)}`,
      /agencies\.0\.id = ".*": the name “tg-nho-dev-upload-so_x+” has 81 characters, at most 64/,
    ],
  ])('whose agency %s makes a name AWS does not take is refused', (id, message) => {
    const text = changed('- id: so_noi_vu', `- id: ${id}`);
    expect(() => parseProvince(text, PATH, [`${id}/bang`, 'van_phong_ubnd/ho_so_tthc'])).toThrow(message);
  });

  it('is named after its province', () => {
    expect(refusal(NHO, 'infra/provinces/khac.yaml')).toMatch(
      /khac\.yaml:2: province = "nho": no such province .*; allowed: khac/,
    );
  });
});

describe('loading a province', () => {
  const noCode = () => {
    throw new Error('no code is needed here');
  };

  it('names the provinces there are when there is none of that name', () => {
    expect(() => loadProvince(root, 'hueh', noCode)).toThrow(
      'There is no infra/provinces/hueh.yaml; provinces: daydu, hue, nho.',
    );
  });

  it('takes the contracts of its agencies', () => {
    const { contracts } = loadProvince(root, 'nho', noCode);
    expect(contracts.map(({ name }) => name)).toEqual([
      'so_noi_vu/co_quan',
      'so_noi_vu/don_vi_hanh_chinh',
      'van_phong_ubnd/ho_so_tthc',
    ]);
  });

  const withCopy = (use: (copy: string) => void) => {
    const copy = mkdtempSync(join(tmpdir(), 'province-'));
    try {
      for (const folder of ['schemas/contracts', 'infra/provinces'])
        cpSync(join(root, folder), join(copy, folder), { recursive: true });
      use(copy);
    } finally {
      rmSync(copy, { recursive: true });
    }
  };
  const file = 'schemas/contracts/so_noi_vu/co_quan.odcs.yaml';

  it('refuses a broken contract by file and line', () =>
    withCopy((copy) => {
      const text = readFileSync(join(root, file), 'utf8').replace('logicalType: string', 'logicalType: strnig');
      writeFileSync(join(copy, file), text);
      const line = text.split('\n').findIndex((one) => one.includes('strnig')) + 1;
      expect(() => loadProvince(copy, 'nho', noCode)).toThrow(`${file}:${line}`);
    }));

  it('refuses one table name in two agencies by both files', () =>
    withCopy((copy) => {
      const other = 'schemas/contracts/van_phong_ubnd/co_quan.odcs.yaml';
      cpSync(join(root, file), join(copy, other));
      expect(() => loadProvince(copy, 'nho', noCode)).toThrow(
        `${file} and ${other} have the same table name “co_quan”`,
      );
    }));
});

describe('a province with more than CloudFormation takes', () => {
  it('is refused with both numbers, by what its YAML would have to change', () => {
    const agencies = Array.from({ length: 160 }, (_, i) => ({ id: `so_${i}`, notify: [], trusted: [] }));
    const lake = lakeOf('hue', { config: { agencies } });
    const app = new App();
    new IntakeStack(app, lake);
    expect(() => checkStackSizes(app, lake)).toThrow(
      /^infra\/provinces\/hue\.yaml: agencies = 160, datasets = 8: the stack tg-hue-production-intake would have \d+ resources, CloudFormation takes at most 500\./,
    );
    const { app: small, lake: hue } = synth('hue');
    expect(() => checkStackSizes(small, hue)).not.toThrow();
  });
});

describe('the entry of cdk', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'synth-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const run = (context: object) => {
    try {
      execFileSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, TG_PROVINCE: '', CDK_OUTDIR: home, CDK_CONTEXT_JSON: JSON.stringify(context) },
      });
    } catch (error) {
      const { status, stderr } = Object(error);
      return { status: Number(status), lines: String(stderr).trim().split('\n') };
    }
    throw new Error('it was taken');
  };

  it('tells what is wrong in a line a language, without a stack, and writes no assembly', () => {
    const { status, lines } = run({ province: 'hueh' });
    expect(status).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^E_PROVINCE Không có infra\/provinces\/hueh\.yaml; các tỉnh: daydu, hue, nho\./),
      expect.stringMatching(/^E_PROVINCE There is no infra\/provinces\/hueh\.yaml; provinces: daydu, hue, nho\./),
    ]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('asks for a province where none is named', () => {
    expect(run({})).toEqual({
      status: 2,
      lines: expect.arrayContaining([expect.stringMatching(/^E_PROVINCE No province named/)]),
    });
  });
});
