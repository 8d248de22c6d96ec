// Finishing what a killed process left half done.
import { type Bilingual, FaultError, InputError } from '../errors';
import { commitJudged } from './commit-judged';
import { inFlightKeys, readInFlight, TAKE_OVER_AFTER_MS } from './in-flight';
import { readWholeReceipt } from './receipt-store';
import { judge } from './seal';
import { contractOf, type Lake, type Submitted } from './submit';
import { withdrawUnjudgeable } from './unjudgeable';
import { listVersions } from './versions';

/**
 * Finishes what a killed process left half done. What cannot be finished is told and stays marked: nobody else's file
 * waits for it.
 * @returns what was finished
 */
export async function recover(lake: Lake, onProblem: (problem: Bilingual) => void = () => {}): Promise<Submitted[]> {
  const finished: Submitted[] = [];
  for (const key of await inFlightKeys(lake.ports.zones.control)) {
    try {
      finished.push(...(await recoverOne(key, lake, onProblem)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const text = error instanceof InputError ? error.text : { vi: error.message, en: error.message };
      onProblem({
        vi: `Chưa hoàn tất được tệp bị gián đoạn trước đó (control/${key}): ${text.vi}`,
        en: `A file interrupted earlier could not be finished (control/${key}): ${text.en}`,
      });
    }
  }
  return finished;
}

async function recoverOne(key: string, lake: Lake, onProblem: (problem: Bilingual) => void): Promise<Submitted[]> {
  const { zones, workspace, clock } = lake.ports;
  const marker = await readInFlight(zones.control, key);
  if (!marker) return [];
  const busy = marker.owner === workspace.owner || workspace.isAlive(marker.owner);
  if (busy && clock.now() - marker.sinceMs < TAKE_OVER_AFTER_MS) return [];
  const versions = await listVersions(zones.control, marker.submission);
  const version = versions.find((candidate) => candidate.version === marker.version);
  const contract = version && contractOf(version.submission, lake);
  if (!version || !contract) {
    throw new FaultError('F_VERSION', `${marker.submission} ${marker.version} has no version record or no contract`);
  }
  if (await readWholeReceipt(zones.receipts, version)) {
    await zones.control.delete(key);
    return [];
  }
  if (await withdrawUnjudgeable(version, lake.ports)) {
    await zones.control.delete(key);
    onProblem({
      vi: `Tệp ${version.file} (${version.submission}) bị ngắt trước khi được xét và không còn trong vùng raw: hãy gửi lại.`,
      en: `The file ${version.file} (${version.submission}) was interrupted before it was judged and is no longer in the raw zone: send it again.`,
    });
    return [];
  }
  return commitJudged([await judge(version, contract, lake)], lake);
}
