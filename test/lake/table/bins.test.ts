// Sizes of merged files: whatever comes in, nothing far below or above what readers like.
import fc from 'fast-check';
import { limitsOf, packed } from '../../../lake/table/bins';

const MIB = 1024 * 1024;
const files = (sizes: readonly number[]) => sizes.map((sizeBytes) => ({ file: { sizeBytes } }));
const bytes = (bin: ReturnType<typeof files>) => bin.reduce((sum, { file }) => sum + file.sizeBytes, 0);

describe('merged files', () => {
  it('are of 128 to 512 MB wherever there is that much to merge, and hold every file once', () => {
    const limits = limitsOf({});
    expect(limits).toEqual({ small: 128 * MIB, target: 256 * MIB, large: 512 * MIB });
    const sizes = fc.array(fc.integer({ min: 1, max: limits.small - 1 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, (list) => {
        const inputs = files(list);
        const bins = packed(inputs, limits).map((bin) => [...bin]);
        expect(bins.flat()).toEqual(inputs);
        const most = Math.max(...bins.map(bytes));
        const least = Math.min(...bins.map(bytes));
        return most < limits.large && (least >= limits.small || bins.length === 1);
      }),
      { numRuns: 500 },
    );
  });

  it('keep their bounds when somebody asks for larger inputs than half the target', () => {
    expect(limitsOf({ targetBytes: 100, smallBelowBytes: 90 })).toEqual({ small: 50, target: 100, large: 200 });
    expect(limitsOf({ targetBytes: 100, smallBelowBytes: 20 }).small).toBe(20);
  });
});
