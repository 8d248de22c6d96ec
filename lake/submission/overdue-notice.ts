// A dataset whose period is due and has not come: people are told once a period.
import type { Notices } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { duePeriod } from './overdue';
import type { Lake } from './submit';

/** @returns `agency/dataset/period` that should be there and is not */
export async function tellOverdue(contract: Contract, lake: Lake, notices: Notices): Promise<string | undefined> {
  const { zones, clock } = lake.ports;
  const period = duePeriod(contract, clock.now());
  if (period === undefined) return undefined;
  const name = `${contract.name}/${period}`;
  if ((await zones.control.list(`version/${name}/`)).length > 0) return undefined;
  if (await zones.control.head(`overdue/${name}.json`)) return name;
  await notices.tell('alerts', {
    subject: `Tam Giang: CHUA CO ${contract.dataset} ${period}`,
    text: `Chưa nhận được “${contract.title}” kỳ ${period}, đã quá hạn ${contract.due?.graceDays} ngày sau khi hết kỳ.\n\n---\n“${contract.title}” for ${period} has not come; it was due ${contract.due?.graceDays} days after the end of the period.\n`,
  });
  await zones.control.putIfAbsent(`overdue/${name}.json`, '{}');
  return name;
}
