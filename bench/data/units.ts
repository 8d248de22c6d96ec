// The made-up list of communes that the dossiers are held against.
import { COMMUNE_COUNT, communeCode } from './dossiers';

export function unitFile(): string {
  const lines = Array.from({ length: COMMUNE_COUNT }, (_, nth) => `46;Thành phố Thử;${communeCode(nth)};Xã Thử ${nth}`);
  return `Mã tỉnh;Tên tỉnh;Mã xã;Tên xã\r\n${lines.join('\r\n')}\r\n`;
}
