import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CountedResource, LOADS, monthlyCost, total } from '../../infra/cost';
import { PRICES, SOURCES, type Source } from '../../infra/prices';
import { all } from './resources';
import { lakeOf, PROVINCES, synth } from './synth';

const resources = (province: string): readonly CountedResource[] =>
  [...synth(province).templates.values()].flatMap((template) => all(template));
const lines = (province: (typeof PROVINCES)[number], more: readonly CountedResource[] = [], load = LOADS[province]) =>
  monthlyCost([...resources(province), ...more], load);
const usd = (value: number) => (value > 0 && value < 0.5 ? '<1' : String(Math.round(value)));

/** What docs/cost.md shows between its marks. */
function block(): string {
  const tables = PROVINCES.map((province) => ({ province, lines: lines(province) }));
  const [first] = tables;
  const head = ['', ...tables.map(({ province }) => `\`${province}\``), 'counted by'];
  const load = (['filesPerMonth', 'meanMb', 'monthsKept', 'queriesPerMonth', 'gbPerQuery'] as const).map((key) => [
    {
      filesPerMonth: 'F: files a month',
      meanMb: 'm: MB a file',
      monthsKept: 'T: months kept',
      queriesPerMonth: 'queries a month',
      gbPerQuery: 'GB a query reads',
    }[key],
    ...PROVINCES.map((province) => LOADS[province][key].toLocaleString('en')),
    '',
  ]);
  const rows = (first?.lines ?? []).map(({ what, formula }, i) => [
    what,
    ...tables.map(({ lines }) => usd(lines[i]?.usd ?? Number.NaN)),
    formula,
  ]);
  const sums = ['**US$ a month**', ...tables.map(({ lines }) => `**${usd(total(lines))}**`), ''];
  const budgets = [
    'budget in its YAML',
    ...PROVINCES.map((province) => String(lakeOf(province).config.budget.monthlyUsd)),
    '',
  ];
  const table = (all: readonly (readonly string[])[]) => all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const rule = head.map((_, i) => (i === 0 || i === head.length - 1 ? '---' : '---:'));
  const prices = Object.values(PRICES).map(({ usd: value, per, source }) => {
    const { at, region, day }: Source = SOURCES[source];
    return [value.toFixed(10).replace(/\.?0+$/, ''), per, region, at === undefined ? day : `[${day}](${at})`];
  });
  return [
    table([head, rule, ...load, ...rows, sums, budgets]),
    '',
    'Prices, whose Region they are, and where and of what day they were read:',
    '',
    table([['US$', 'per', 'Region', 'read'], ['---:', '---', '---', '---'], ...prices]),
  ].join('\n');
}

describe('docs/cost.md', () => {
  const path = join(__dirname, '..', '..', 'docs', 'cost.md');
  const MARKS = /(<!-- cost: begin -->\n)([\s\S]*?)(\n<!-- cost: end -->)/;

  it('shows what the templates and the loads give; emptied between its marks, it is written anew', () => {
    const text = readFileSync(path, 'utf8');
    const shown = MARKS.exec(text)?.[2];
    if (shown === '' && !process.env.CI)
      writeFileSync(
        path,
        text.replace(MARKS, (_all, a, _b, c) => `${a}${block()}${c}`),
      );
    expect(MARKS.exec(readFileSync(path, 'utf8'))?.[2]).toBe(block());
  });
});

describe('the cost of a month', () => {
  const at = (what: string, of: ReturnType<typeof lines>) => of.find((line) => line.what === what)?.usd ?? Number.NaN;

  it('stays below the budget each province states', () => {
    for (const province of PROVINCES)
      expect(total(lines(province))).toBeLessThan(lakeOf(province).config.budget.monthlyUsd);
  });

  it('counts what the templates hold', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: {} };
    expect(total(lines('hue', [alarm, alarm])) - total(lines('hue'))).toBeCloseTo(0.2, 9);
    expect(total(lines('hue', [{ Type: 'AWS::KMS::Key', Properties: {} }])) - total(lines('hue'))).toBeCloseTo(1, 9);
  });

  it('has scan and network only where the province asks, and evidence from level 2 on', () => {
    for (const what of ['Malware scan', 'Network']) {
      expect(at(what, lines('hue'))).toBe(0);
      expect(at(what, lines('daydu'))).toBeGreaterThan(50);
    }
    expect(at('Data events in the trail', lines('nho'))).toBe(0);
    expect(at('Data events in the trail', lines('hue'))).toBeGreaterThan(1);
  });

  it('is the same by hand: raw of 1,024 files of 1 MB kept five months, a scan of them, a TB asked', () => {
    const load = { filesPerMonth: 1024, meanMb: 1, monthsKept: 5, queriesPerMonth: 1024, gbPerQuery: 1 };
    const byHand = lines('daydu', [], load);
    expect(at('Storage: raw', byHand)).toBeCloseTo(3 * 0.025 + 2 * 0.005 + 1024 * 0.00002, 9);
    expect(at('Malware scan', byHand)).toBeCloseTo(1024 * 0.000215 + 0.09, 9);
    expect(at('Athena', byHand)).toBeCloseTo(5 + (120 * 30 * 0.01 * 5) / 1024, 9);
    expect(at('Network', byHand)).toBeCloseTo(6 * 2 * 730 * 0.013, 9);
  });

  it('grows with the load in every line that names it', () => {
    const load = LOADS.daydu;
    const twice = { ...load, filesPerMonth: 2 * load.filesPerMonth };
    const [once, more] = [lines('daydu'), lines('daydu', [], twice)];
    for (const [i, line] of once.entries())
      if (/\b[FD]\b/.test(line.formula)) expect({ line, more: more[i]!.usd > line.usd }).toEqual({ line, more: true });
  });
});
