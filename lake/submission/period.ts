// Which period a file is for, when the sender named none: its name tells, else the current one is taken, and said.
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import { checkPeriod, periodAt, periodOfFile } from './key';

export interface ChosenPeriod {
  readonly period: string;
  /** undefined: the sender named it. */
  readonly note: Bilingual | undefined;
}

export function choosePeriod(
  item: { readonly period: string | undefined; readonly fileName: string; readonly contract: Contract },
  nowMs: number,
): ChosenPeriod {
  const { contract } = item;
  if (item.period !== undefined) {
    checkPeriod(item.period, contract);
    return { period: item.period, note: undefined };
  }
  const named = periodOfFile(item.fileName, contract);
  if (named !== undefined) {
    return {
      period: named,
      note: { vi: `Kỳ dữ liệu ${named} lấy theo tên tệp.`, en: `The period ${named} was taken from the file name.` },
    };
  }
  const current = periodAt(nowMs, contract);
  return {
    period: current,
    note: {
      vi: `Không nêu kỳ dữ liệu: lấy kỳ hiện tại ${current}. Nếu sai, gửi lại với --to ${contract.name}/<kỳ>.`,
      en: `No period was given: the current one, ${current}, was taken. If wrong, resend with --to ${contract.name}/<period>.`,
    },
  };
}
