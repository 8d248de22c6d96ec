// Whether the tables show what was sent, figure by figure: everything is judged again from raw, beside the lake, and the
// rows are compared. Sizes, counts and bounds cannot tell that a byte inside a data file has changed.
import { InputError } from '../../lake/errors';
import { inFlightKeys, readInFlight } from '../../lake/submission/in-flight';
import { check, type Problem, said, type VerifyCheck } from '../verify/check';
import { type RebuiltTable, rebuild } from './rebuild';
import type { LocalLake } from './verify';

/** @throws InputError E_BUSY when somebody else is at work in the lake */
export async function verifyDeep(
  lake: LocalLake,
  onStep?: (label: string, done: number, of: number) => void,
): Promise<VerifyCheck[]> {
  let tables: readonly RebuiltTable[];
  try {
    ({ tables } = await rebuild({ check: true, ...(onStep ? { onStep } : {}) }, lake));
  } catch (error) {
    if (error instanceof InputError && error.code === 'E_BUSY') throw error;
    return [check('as sent', { vi: 'không xét lại được', en: 'cannot be judged again' }, [{ text: said(error) }])];
  }
  const pending = await pendingSubmissions(lake);
  return tables.map(({ dataset, submissions, rows, why, differences }) => {
    const repair = `tamgiang rebuild ${dataset} --force`;
    const problems: Problem[] = differences
      .filter(({ submission }) => !pending.has(submission))
      .map(({ submission, why: reason }) => ({
        text: { vi: `${submission}: ${reason.vi}`, en: `${submission}: ${reason.en}` },
        repair,
      }));
    if (why) problems.unshift({ text: why, repair: `tamgiang rebuild ${dataset}` });
    const looked = {
      vi: `${rows} dòng của ${submissions} bài gửi, xét lại từ tệp gốc`,
      en: `${rows} rows of ${submissions} submissions, judged again from raw`,
    };
    return check(`${dataset}: as sent`, looked, problems);
  });
}

/** The next put finishes them; until then their rows may or may not be there. */
async function pendingSubmissions({ ports }: LocalLake): Promise<ReadonlySet<string>> {
  const { control } = ports.zones;
  const markers = await Promise.all(
    (await inFlightKeys(control)).map((key) => readInFlight(control, key).catch(() => undefined)),
  );
  return new Set(markers.flatMap((marker) => marker?.submission ?? []));
}
