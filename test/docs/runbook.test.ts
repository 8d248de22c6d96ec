// docs/runbook.md against the alarms of every province: an alarm that nobody knows how to answer is none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarms, BUDGET_RUNBOOK } from '../../infra/alarms';
import { names } from '../../infra/names';
import { parseProvince } from '../../infra/province-config';
import { contractFiles } from '../../platform/local/schemas';
import { ROOT } from './pages';

const text = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
const sections = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
);
const known = contractFiles(ROOT).map((path) => path.split('/').slice(-2).join('/').replace('.odcs.yaml', ''));
const folder = join(ROOT, 'infra', 'provinces');
const wanted = new Set([
  BUDGET_RUNBOOK,
  ...readdirSync(folder).flatMap((file) => {
    const config = parseProvince(readFileSync(join(folder, file), 'utf8'), `infra/provinces/${file}`, known);
    return alarms({ config, names: names(config) }).map((alarm) => alarm.runbook);
  }),
]);

describe('docs/runbook.md', () => {
  it('has a heading for every alarm, and for nothing else', () => {
    expect(wanted.size).toBeGreaterThan(15);
    expect([...sections.keys()].sort()).toEqual([...wanted].sort());
  });

  it('says under every heading what is seen, what to look at and what to do', () => {
    const bare = [...sections].filter(
      ([, section]) => !/\*\*Dấu hiệu:\*\* \S[\s\S]+\*\*Kiểm tra:\*\* \S[\s\S]+\*\*Khắc phục:\*\* \S/.test(section),
    );
    expect(bare.map(([heading]) => heading)).toEqual([]);
  });
});
