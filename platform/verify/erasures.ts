// Erasures that were begun are carried through: a person half erased is still there.
import { erasureRequests } from '../../lake/erasure/unfinished';
import type { ObjectStore } from '../ports';
import { check, type VerifyCheck } from './check';
import type { VerifiedHome } from './home';

/** The number is kept nowhere: whoever asked must type it again. */
const command = (requestId: string): string => `tamgiang erase --subject - --request-id ${requestId} --reason "…"`;

export async function verifyErasures(control: ObjectStore, home: VerifiedHome): Promise<VerifyCheck> {
  const { certified, unfinished } = await erasureRequests(control);
  // One of the others may be the erasure itself, at work.
  const isPerhapsRunning = unfinished.length > 0 && (await home.isBusy());
  const problems = unfinished.map((requestId) => ({
    text: {
      vi: `yêu cầu xóa ${requestId} ${isPerhapsRunning ? 'chưa xong, có thể đang chạy' : 'bị ngắt, chưa có xác nhận'}: chạy lại với đúng số định danh của người đó (và đúng --dataset nếu đã dùng)`,
      en: `the erasure ${requestId} ${isPerhapsRunning ? 'is not done, it may be running' : 'was interrupted and has no certificate'}: run it again with the number of that person (and the same --dataset, if any)`,
    },
    repair: command(requestId),
    ...(isPerhapsRunning ? { isNote: true as const } : {}),
  }));
  const looked = { vi: `${certified} lần xóa đã xác nhận`, en: `${certified} certified erasures` };
  return check('erasures', looked, problems);
}
