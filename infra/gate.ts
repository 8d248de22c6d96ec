// What may leave the country. Every AWS Region is abroad, so a contract kept at home is deployed only under a written approval
// the province's YAML names; without one nothing is made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../lake/contract/contract';
import { readSource } from '../lake/contract/source';
import { InputError } from '../lake/errors';
import type { ProvinceConfig } from './province-config';

export const hasPersonalColumns = (contract: Contract): boolean =>
  contract.columns.some(({ personal }) => personal !== 'none');

/** File and line where the contract says it stays at home. */
function placeOf(root: string, contract: Contract): string {
  const file = `schemas/contracts/${contract.name}.odcs.yaml`;
  const source = readSource(readFileSync(join(root, file), 'utf8'), file);
  const none = { vi: '', en: '' };
  const path = ['customProperties', 'storagePlace'];
  return `${file}:${source.place({ code: 'C_VALUE', path, message: none, found: null, expected: [] }).line}`;
}

/**
 * @param today YYYY-MM-DD; an approval counts on its last day
 * @throws InputError E_STORAGE_PLACE for the first contract without an approval
 */
export function checkStoragePlaces(
  root: string,
  config: ProvinceConfig,
  contracts: readonly Contract[],
  today: string,
): void {
  for (const contract of contracts) {
    if (contract.storagePlace !== 'trong_nuoc') continue;
    const personal = hasPersonalColumns(contract);
    const fitting = config.storageApprovals.filter(
      (approval) => approval.dataClass === contract.dataClass && (approval.personal || !personal),
    );
    if (fitting.some(({ until }) => until >= today)) continue;
    const ended = fitting.map(({ until }) => until).toSorted();
    const where = placeOf(root, contract);
    const yaml = `infra/provinces/${config.province}.yaml`;
    const entry = `{dataClass: ${contract.dataClass}, personal: ${personal}, document: '…', until: 'YYYY-MM-DD'}`;
    throw new InputError('E_STORAGE_PLACE', {
      vi:
        `${where}: ${contract.name} (${contract.dataClass}${personal ? ', có dữ liệu cá nhân' : ''}) phải lưu trong nước, ` +
        `nhưng ${config.region} ở ngoài nước và ${yaml} không có văn bản cho phép còn hiệu lực ngày ${today}` +
        `${ended.length > 0 ? ` (đã hết hạn: ${ended.join(', ')})` : ''}. ` +
        `Thêm vào storageApprovals: ${entry}, hoặc bỏ tập dữ liệu này khỏi "datasets".`,
      en:
        `${where}: ${contract.name} (${contract.dataClass}${personal ? ', with personal data' : ''}) must stay in the country, ` +
        `but ${config.region} is abroad and ${yaml} names no approval valid on ${today}` +
        `${ended.length > 0 ? ` (ended: ${ended.join(', ')})` : ''}. ` +
        `Add to storageApprovals: ${entry}, or leave the dataset out of "datasets".`,
    });
  }
}
