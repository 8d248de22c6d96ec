import { CONTROLS, type ControlName, isOn } from '../../infra/controls';
import type { Resource } from './resources';
import { all } from './resources';
import { synth } from './synth';

const LEVELS = [1, 2, 3, 4, 5] as const;
const NAMES = Object.keys(CONTROLS).filter((name): name is ControlName => name in CONTROLS);

describe('the table of controls', () => {
  it('only ever grows with the level', () => {
    for (const asked of [true, false])
      for (const name of NAMES) {
        const on = LEVELS.map((securityLevel) => isOn(name, { securityLevel, malwareScan: asked, vpc: asked }));
        expect(on.toSorted()).toEqual(on);
      }
  });

  it('names rows of the control table', () => {
    for (const name of NAMES) expect(CONTROLS[name].row).toBeGreaterThan(0);
    for (const name of NAMES) expect(CONTROLS[name].row).toBeLessThanOrEqual(46);
  });

  it('has the switches that cost money wait for the province', () => {
    expect(NAMES.filter((name) => !isOn(name, { securityLevel: 5, malwareScan: false, vpc: false }))).toEqual([
      'malwareGate',
      'network',
    ]);
  });
});

describe('templates', () => {
  const shape = (securityLevel: number): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const template of synth('hue', { config: { securityLevel } }).templates.values())
      for (const resource of all(template)) {
        add(resource.Type);
        for (const refusal of refusals(resource)) add(refusal);
      }
    return counts;
  };
  const refusals = ({ Type, Properties }: Resource): readonly string[] =>
    Type === 'AWS::S3::BucketPolicy'
      ? [...JSON.stringify(Properties).matchAll(/"Sid":"(\w+)"/g)].map(([, sid]) => `refusal ${sid}`)
      : [];

  it('lose no resource and no refusal when the level grows, and gain some at 2 and 3', () => {
    const shapes = LEVELS.map(shape);
    LEVELS.slice(1).forEach((_, i) => {
      for (const [key, count] of shapes[i]!)
        expect({ key, isKept: (shapes[i + 1]!.get(key) ?? 0) >= count }).toEqual({ key, isKept: true });
    });
    const sizes = shapes.map((one) => [...one.values()].reduce((sum, count) => sum + count, 0));
    expect(sizes[1]).toBeGreaterThan(sizes[0]!);
    expect(sizes[2]).toBeGreaterThan(sizes[1]!);
  });
});
