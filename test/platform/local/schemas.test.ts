// Contracts and code lists as the command finds them on disk.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../lake/errors';
import { contractFiles, loadCodeLists, loadContracts } from '../../../platform/local/schemas';
import { ROOT } from '../../support/repository';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();

describe('loadContracts', () => {
  it('finds every contract under its own name', () => {
    const contracts = loadContracts(ROOT);
    expect(contracts.size).toBe(contractFiles(ROOT).length);
    for (const [name, contract] of contracts) expect(contract.name).toBe(name);
    expect([...contracts.keys()]).toEqual([...contracts.values()].map((contract) => contract.name));
    const seen: string[] = [];
    contracts.forEach((contract, name) => {
      seen.push(`${name}=${contract.name}`);
    });
    expect(seen).toEqual([...contracts.keys()].map((name) => `${name}=${name}`));
  });

  it('refuses one table name in two agencies, and names both files', () => {
    const root = join(folder, 'trung-ten');
    for (const agency of ['so_thi_du', 'so_thu_hai']) {
      mkdirSync(join(root, 'schemas', 'contracts', agency), { recursive: true });
      writeFileSync(join(root, 'schemas', 'contracts', agency, 'bang.odcs.yaml'), 'kind: [');
    }
    expect(() => loadContracts(root)).toThrow(
      expect.objectContaining({
        code: 'E_CONTRACT',
        message: expect.stringMatching(
          /^schemas\/contracts\/so_thi_du\/bang\.odcs\.yaml and schemas\/contracts\/so_thu_hai\/bang\.odcs\.yaml /,
        ),
      }),
    );
  });

  it('parses a contract once, and only when it is asked for', () => {
    const dir = join(folder, 'schemas', 'contracts', 'so_thi_du');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'hong.odcs.yaml'), 'kind: [');
    const contracts = loadContracts(folder);
    expect([contracts.size, contracts.has('so_thi_du/hong'), contracts.get('so_thi_du/khong_co')]).toEqual([
      1,
      true,
      undefined,
    ]);
    expect(() => contracts.get('so_thi_du/hong')).toThrow(InputError);
    expect(() => contracts.get('so_thi_du/hong')).toThrow('hong.odcs.yaml');
    const whole = loadContracts(ROOT);
    expect(whole.get('so_noi_vu/co_quan')).toBe(whole.get('so_noi_vu/co_quan'));
  });
});

describe('loadCodeLists', () => {
  it('knows every list by its file name, with codes that are texts', () => {
    const lists = loadCodeLists(ROOT);
    expect(lists.get('trang_thai_do')?.map((row) => row.ma)).toEqual(['00', '01', '02']);
    expect(lists.get('thong_so_quan_trac')?.map((row) => row.ma)).toContain('PM2,5');
  });
});
