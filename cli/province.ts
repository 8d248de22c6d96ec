// The province a command names with --aws, as its file in infra/provinces has it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProvinceConfig, parseProvince } from '../infra/province-config';
import { InputError } from '../lake/errors';
import { loadContracts } from '../platform/local/schemas';

/** @throws InputError E_PROVINCE */
export function readProvince(root: string, province: string): ProvinceConfig {
  const folder = join(root, 'infra', 'provinces');
  const there = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []));
  if (!there.includes(province))
    throw new InputError('E_PROVINCE', {
      vi: `Không có infra/provinces/${province}.yaml; các tỉnh: ${there.join(', ')}. Chọn bằng --aws <tỉnh>.`,
      en: `There is no infra/provinces/${province}.yaml; provinces: ${there.join(', ')}. Choose with --aws <province>.`,
    });
  const path = `infra/provinces/${province}.yaml`;
  return parseProvince(readFileSync(join(root, path), 'utf8'), path, [...loadContracts(root).keys()]);
}
