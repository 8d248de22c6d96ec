// Taking back what was sent: explicit, with a reason, and undone by sending again.
import { InputError } from '../errors';
import { retractedVersions, writeRetraction } from './candidates';
import { type Live, liveOf } from './live';
import { reconcile } from './reconcile';
import { contractOf, type Lake } from './submit';
import { listVersions } from './versions';

export interface RetractRequest {
  readonly submission: string;
  /** Ids as `history` and receipts show them. Default: every version so far, so that no row stays. */
  readonly versions?: readonly string[];
  readonly reason: string;
}

export interface RetractResult {
  readonly submission: string;
  /** Taken back by this request. */
  readonly versions: readonly string[];
  readonly before: Live | undefined;
  /** What readers see now; undefined: nothing of it. */
  readonly after: Live | undefined;
}

/** @throws InputError E_SUBMISSION naming what there is */
export async function retract(request: RetractRequest, lake: Lake): Promise<RetractResult> {
  const { submission, reason } = request;
  const { zones, clock, rng } = lake.ports;
  const contract = contractOf(submission, lake);
  const known = contract ? await listVersions(zones.control, submission) : [];
  if (!contract || known.length === 0)
    throw new InputError('E_SUBMISSION', {
      vi: `Không có bài gửi “${submission}”. Khóa bài gửi có dạng agency/dataset/kỳ[/phần], ghi trong biên nhận và trong “tamgiang history”.`,
      en: `There is no submission “${submission}”. A submission key reads agency/dataset/period[/part]; it stands in the receipt and in “tamgiang history”.`,
    });
  const versions = request.versions ?? known.map((version) => version.version);
  const unknown = versions.find((id) => !known.some((version) => version.version === id));
  if (unknown !== undefined)
    throw new InputError('E_SUBMISSION', {
      vi: `Bài gửi ${submission} không có bản “${unknown}”; các bản: ${known.map((version) => version.version).join(', ')}.`,
      en: `The submission ${submission} has no version “${unknown}”; versions: ${known.map((version) => version.version).join(', ')}.`,
    });
  const before = await liveOf(submission, contract, lake.ports);
  const gone = await retractedVersions(zones.control, submission);
  const fresh = versions.filter((id) => !gone.has(id));
  if (fresh.length > 0) {
    const retraction = { submission, versions: fresh, reason, requestedAtMs: clock.now() };
    await writeRetraction(zones.control, rng.uuid(), retraction);
  }
  await reconcile(lake, { submissions: [submission] });
  return { submission, versions: fresh, before, after: await liveOf(submission, contract, lake.ports) };
}
