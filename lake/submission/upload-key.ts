// What the key of an upload says: `agency/dataset/period/file name`. The first three are ours to check, the file name is the
// department's: any letters, spaces, `+`.
import type { Contract } from '../contract/contract';
import { InputError } from '../errors';
import { checkPeriod, parseTarget, submissionKey } from './key';

export interface Placed {
  readonly contract: Contract;
  readonly period: string;
  /** In composed letters (NFC), as everything else in the lake. */
  readonly fileName: string;
  readonly submission: string;
}

/** Consoles make these to show a folder; nobody sent them. */
export function isFolder(key: string): boolean {
  return key.endsWith('/');
}

/** `agency/dataset/period/`; undefined: the key has another shape. */
export function slotOf(key: string): string | undefined {
  return /^[^/]+\/[^/]+\/[^/]+\//.exec(key)?.[0];
}

/** @throws InputError E_KEY, E_TARGET, E_PERIOD */
export function placeOf(key: string, contracts: ReadonlyMap<string, Contract>): Placed {
  const [agency = '', dataset = '', period = '', name = '', ...rest] = key.split('/');
  // Letters that cannot be seen, or turn the text around, make one name look like another.
  if (name === '' || rest.length > 0 || /\p{C}/u.test(key))
    throw new InputError('E_KEY', {
      vi: `Đường dẫn “${shown(key)}” không đúng; cần cơ_quan/bộ_dữ_liệu/kỳ/tên_tệp, bốn phần, không có ký tự ẩn. Hãy đặt tệp vào đúng thư mục rồi gửi lại.`,
      en: `The path “${shown(key)}” is not valid; expected agency/dataset/period/file name: four parts, no invisible characters. Put the file into the right folder and send it again.`,
    });
  const { contract } = parseTarget(`${agency}/${dataset}`, contracts);
  checkPeriod(period, contract);
  const fileName = name.normalize('NFC');
  return { contract, period, fileName, submission: submissionKey(contract, period, fileName) };
}

/** Longest part of somebody's key that is repeated in a message. */
const SHOWN = 200;

function shown(key: string): string {
  const visible = key.replaceAll(/\p{C}/gu, '�');
  return visible.length > SHOWN ? `${visible.slice(0, SHOWN)}…` : visible;
}
