// Contract text -> Contract, or one InputError that lists every mistake. The only door for code that wants a contract.
import { InputError } from '../errors';
import type { Contract } from './contract';
import { readContract } from './read';

/** More than this many mistakes are counted, not listed. */
const LISTED = 50;

/**
 * Throws InputError (E_CONTRACT) naming file, line, column, what was found and the allowed values of every mistake.
 * @example parseContract(text, 'schemas/contracts/so_nn_mt/san_pham_ocop.odcs.yaml').columns[0].name // 'ma_san_pham'
 */
export function parseContract(yamlText: string, fileName: string): Contract {
  const { contract, findings } = readContract(yamlText, fileName);
  if (contract) return contract;
  const words = (language: 'vi' | 'en') =>
    findings
      .slice(0, LISTED)
      .map((f) => `${f.file}:${f.line}:${f.column} ${f.message[language]}`)
      .join('\n');
  const more = findings.length - LISTED;
  throw new InputError('E_CONTRACT', {
    vi: `Hợp đồng dữ liệu ${fileName} có ${findings.length} lỗi:\n${words('vi')}${more > 0 ? `\n… và ${more} lỗi nữa` : ''}`,
    en: `The contract ${fileName} has ${findings.length} mistake(s):\n${words('en')}${more > 0 ? `\n… and ${more} more` : ''}`,
  });
}
