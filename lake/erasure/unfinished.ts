// Requests that were begun and not certified: their process died, or what it found is not its to take away.
import type { ObjectStore } from '../../platform/ports';

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');

export interface Requests {
  readonly certified: number;
  /** Ids of requests; a person may still be found in part of the lake. */
  readonly unfinished: readonly string[];
}

export async function erasureRequests(control: ObjectStore): Promise<Requests> {
  const ids = async (prefix: string) =>
    (await control.list(prefix)).flatMap(({ key }) => (key.endsWith('.json') ? [idOf(key)] : []));
  // A request may be taken up again after its certificate: then its work is open, whatever was certified.
  const working = await ids('erasure-work/');
  const claimed = await ids('erasure/audit/');
  const certified = new Set(await ids('erasure/certificate/'));
  const unfinished = new Set([...working, ...claimed.filter((id) => !certified.has(id))]);
  return { certified: certified.size, unfinished: [...unfinished].sort() };
}
