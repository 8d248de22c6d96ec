// Golden folder: bad/<case>.yaml holds one mistake; expected/<case>.json what lint says of it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WAREHOUSE_PREFIX } from '../../../infra/names';
import { lintContract } from '../../../lake/contract/lint';
import { parseContract } from '../../../lake/contract/parse';
import { InputError } from '../../../lake/errors';
import { runTable } from '../../../lake/warehouse/athena-plan';
import { codeListTable } from '../../../lake/warehouse/code-list-name';
import { openEngine } from '../../../platform/duckdb/engine';
import { loadModels } from '../../../platform/local/models';
import { codeLists } from './load';

const ROOT = join(__dirname, '../../..');
const BAD = join(__dirname, 'bad');
const EXPECTED = join(BAD, 'expected');
const lists = codeLists();
const good = readFileSync(join(__dirname, 'good.yaml'), 'utf8');
const cases = readdirSync(BAD)
  .filter((file) => file.endsWith('.yaml'))
  .sort();

function lint(text: string, file: string) {
  return lintContract(text, file, { codeLists: lists });
}

describe('lintContract', () => {
  it('says nothing of a small right contract', () => {
    expect(lint(good, 'good.yaml')).toEqual([]);
  });

  it.each(cases)('%s gives the expected findings', (file) => {
    const findings = lint(readFileSync(join(BAD, file), 'utf8'), file);
    const golden = join(EXPECTED, file.replace('.yaml', '.json'));
    if (!existsSync(golden) && process.env.CI !== 'true') {
      mkdirSync(EXPECTED, { recursive: true });
      writeFileSync(golden, `${JSON.stringify(findings, null, 2)}\n`);
    }
    expect(findings).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  it.each(cases)('%s is refused, and the line marked "# !" is the one named', (file) => {
    const text = readFileSync(join(BAD, file), 'utf8');
    const marked = text.split('\n').flatMap((line, i) => (line.endsWith('# !') ? [i + 1] : []));
    const lines = lint(text, file).map((finding) => finding.line);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toEqual(expect.arrayContaining(marked));
  });

  it('refuses a table named like anything of the warehouse', () => {
    const models = loadModels(ROOT).filter(({ kind }) => kind !== 'alert' && kind !== 'saved');
    const ours = [...models.map(({ name }) => name), ...[...lists.keys()].map(codeListTable)];
    expect(ours.length).toBeGreaterThan(20);
    for (const name of [...ours, WAREHOUSE_PREFIX.slice(0, -1), runTable('gia', 'R1')]) {
      const findings = lint(good.replaceAll('cho_phien', name), 'good.yaml');
      expect(findings.map(({ code, found }) => [code, found])).toEqual([['C_NAME', name]]);
    }
    expect(lint(good.replaceAll('cho_phien', 'kho_bai'), 'good.yaml')).toEqual([]);
  });

  it('refuses a table called by a word that the engine of this computer keeps for itself, or Trino', async () => {
    const engine = await openEngine({ threads: 1 });
    const rows = await engine.rows(
      "select keyword_name as word from duckdb_keywords() where keyword_category = 'reserved'",
    );
    await engine.close();
    expect(rows.length).toBeGreaterThan(50);
    for (const word of [...rows.map((row) => String(row.word)), 'values', 'unnest', 'current_date', 'left']) {
      // Quoted: YAML keeps true, false and null for itself.
      const text = good.replace('- name: cho_phien', `- name: '${word}'`).replaceAll('cho_phien', word);
      const findings = lint(text, 'good.yaml');
      expect(findings.map(({ code, found, path }) => [code, found, path])).toEqual([
        ['C_NAME', word, 'schema[0].name'],
      ]);
    }
    expect(lint(good.replaceAll('cho_phien', 'selects'), 'good.yaml')).toEqual([]);
  });

  it('says how long a name may be', () => {
    expect(lint(good.replaceAll('cho_phien', `c${'x'.repeat(62)}`), 'good.yaml')).toEqual([]);
    const [finding] = lint(good.replaceAll('cho_phien', `c${'x'.repeat(63)}`), 'good.yaml');
    expect(finding?.message).toMatchObject({
      en: expect.stringContaining('at most 63 of them'),
      vi: expect.stringContaining('không quá 63 ký tự'),
    });
  });

  it('refuses a table that another agency has, and names its contract', () => {
    const among = (...known: string[]) => lintContract(good, 'good.yaml', { codeLists: lists, known });
    expect(among('so_thi_du/cho_phien', 'so_thu_hai/cho')).toEqual([]);
    const [finding, ...rest] = among('so_thi_du/cho_phien', 'so_thu_hai/cho_phien');
    expect([finding, rest]).toMatchObject([{ code: 'C_NAME', path: 'schema[0].name', found: 'cho_phien' }, []]);
    expect(finding?.message.en).toContain('so_thu_hai/cho_phien');
    expect(good.split('\n')[(finding?.line ?? 0) - 1]).toContain('name: cho_phien');
  });

  it('keeps one expectation for each case and no other', () => {
    expect(
      readdirSync(EXPECTED)
        .map((file) => file.replace('.json', '.yaml'))
        .sort(),
    ).toEqual(cases);
  });

  it('adds what the official schema says where nothing else was said', () => {
    const odcsSchema = { type: 'object', properties: { status: { const: 'active' }, kind: { type: 'string' } } };
    const findings = lintContract(good, 'good.yaml', { codeLists: lists, odcsSchema });
    expect(findings.map((f) => [f.code, f.line, f.path])).toEqual([['C_ODCS', 6, 'status']]);
  });

  it('blames the schema file, not the contract, when the official schema cannot be used', () => {
    const use = () => lintContract(good, 'good.yaml', { codeLists: lists, odcsSchema: { type: 'no such type' } });
    expect(use).toThrow(InputError);
  });
});

describe('parseContract', () => {
  it('fills every default', () => {
    const { intake, columns, rules, name } = parseContract(good, 'good.yaml');
    expect(name).toBe('so_thi_du/cho_phien');
    expect(intake).toEqual({
      formats: ['csv'],
      decimalStyle: 'vi',
      datePatterns: ['%d/%m/%Y', '%Y-%m-%d', '%d-%m-%Y'],
      timestampPatterns: [
        '%d/%m/%Y %H:%M:%S',
        '%d/%m/%Y %H:%M',
        '%d/%m/%Y',
        '%Y-%m-%dT%H:%M:%S%z',
        '%Y-%m-%dT%H:%M:%S',
        '%Y-%m-%d %H:%M:%S',
      ],
      nullTokens: [],
      headerSearch: 20,
      maxRejectedShare: 0.2,
      minRows: 1,
    });
    expect(columns[2]).toEqual({
      name: 'doanh_thu',
      businessName: 'Doanh thu',
      description: 'Doanh thu của phiên.',
      fieldId: 13,
      type: { kind: 'decimal', precision: 18, scale: 2 },
      required: false,
      keyPosition: 0,
      aliases: ['Tiền bán'],
      personal: 'none',
      mask: 'none',
      subjectId: false,
    });
    expect(rules.map((rule) => [rule.id, rule.violation])).toEqual([['DOANH_THU_DUONG', 'doanh_thu <= 0']]);
  });

  it('reads the fewest rows of a file from a rowCount rule', () => {
    const rule = '    quality:\n      - {type: library, metric: rowCount, mustBeGreaterThan: 9}\n';
    expect(parseContract(good.replace('    quality:\n', rule), 'good.yaml').intake.minRows).toBe(10);
  });

  it('throws one InputError that names file, line and column of every mistake, in both languages', () => {
    const text = readFileSync(join(BAD, 'two-problems-at-once.yaml'), 'utf8');
    try {
      parseContract(text, 'two.yaml');
      throw new Error('was accepted');
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(error.code).toBe('E_CONTRACT');
      expect(error.text.vi).toContain('two.yaml:6:9 "status" là done, cần: proposed | draft');
      expect(error.text.en).toContain('two.yaml:17:');
      expect(error.text.en.split('\n')).toHaveLength(3);
    }
  });

  it('refuses a table named unlike its file', () => {
    expect(() => parseContract(good, 'so_thi_du/cho_noi.odcs.yaml')).toThrow('must be named like the file: cho_noi');
  });

  it('refuses anchors that would blow a small file up', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `k${i}: &a${i} [${Array.from({ length: 10 }, () => (i === 0 ? '1' : `*a${i - 1}`)).join(', ')}]`,
    );
    expect(() => parseContract(levels.join('\n'), 'bomb.yaml')).toThrow(InputError);
  });
});
