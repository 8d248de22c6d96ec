// The gate that keeps data at home unless a written approval says otherwise.
import { join } from 'node:path';
import { checkStoragePlaces } from '../../infra/gate';
import { loadProvince } from '../../infra/lake-context';
import type { ProvinceConfig } from '../../infra/province-config';
import { InputError } from '../../lake/errors';

const ROOT = join(__dirname, '..', '..');
const noCode = () => {
  throw new Error('no code is needed here');
};
const { config, contracts } = loadProvince(ROOT, 'hue', noCode);
const kept = {
  dataClass: 'quan_trong',
  personal: true,
  document: 'Văn bản thử, không có thật',
  until: '2026-12-31',
} as const;

function refusal(storageApprovals: ProvinceConfig['storageApprovals'], today = '2026-11-26'): InputError | undefined {
  try {
    checkStoragePlaces(ROOT, { ...config, storageApprovals }, contracts, today);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

describe('storage place', () => {
  it('is asked of every province before anything is made, on its approvals’ last day and the day after', () => {
    for (const province of ['nho', 'hue', 'daydu']) {
      expect(() => loadProvince(ROOT, province, noCode, '2027-12-31')).not.toThrow();
      expect(() => loadProvince(ROOT, province, noCode, '2028-01-01')).toThrow(/must stay in the country/);
    }
  });

  it('refuses a contract kept at home without an approval: file, line, class and what to add', () => {
    const error = refusal([]);
    expect(error?.code).toBe('E_STORAGE_PLACE');
    expect(error?.text.en).toContain('schemas/contracts/van_phong_ubnd/ho_so_tthc.odcs.yaml:18');
    expect(error?.text.en).toContain('(quan_trong, with personal data)');
    expect(error?.text.en).toContain("{dataClass: quan_trong, personal: true, document: '…', until: 'YYYY-MM-DD'}");
    expect(error?.text.vi).toContain('infra/provinces/hue.yaml');
  });

  it('takes an approval of the right class, on its last day too and not the day after', () => {
    expect(refusal([kept])).toBeUndefined();
    expect(refusal([kept], '2026-12-31')).toBeUndefined();
    expect(refusal([kept], '2027-01-01')?.text.en).toContain('(ended: 2026-12-31)');
  });

  it('takes no approval of another class, and none that leaves personal data out', () => {
    expect(refusal([{ ...kept, dataClass: 'thuong' }])?.code).toBe('E_STORAGE_PLACE');
    expect(refusal([{ ...kept, dataClass: 'cot_loi' }])?.code).toBe('E_STORAGE_PLACE');
    expect(refusal([{ ...kept, personal: false }])?.code).toBe('E_STORAGE_PLACE');
  });

  it('asks nothing for contracts that may stand anywhere', () => {
    const open = contracts.filter(({ storagePlace }) => storagePlace !== 'trong_nuoc');
    expect(open.length).toBeGreaterThan(0);
    expect(() => checkStoragePlaces(ROOT, { ...config, storageApprovals: [] }, open, '2026-11-26')).not.toThrow();
  });
});
