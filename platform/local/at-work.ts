// Who else is at work in a home: what must not happen beside others (a rebuild, deleting young files) asks here first.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lake/errors';
import { inFlightKeys, readInFlight } from '../../lake/submission/in-flight';
import type { Home } from './home';

/**
 * Traces of other living processes, as paths inside the home: markers of submissions in work, work folders, unfinished
 * files. A process of another machine counts as living.
 */
export async function othersAtWork(home: Home): Promise<readonly string[]> {
  const { workspace, zones } = home;
  const isOther = (owner: string) => owner !== workspace.owner && workspace.isAlive(owner);
  const traces: string[] = [];
  for (const key of await inFlightKeys(zones.control)) {
    const marker = await readInFlight(zones.control, key).catch(() => undefined);
    if (marker && isOther(marker.owner)) traces.push(`control/${key}`);
  }
  const tmp = join(home.dir, 'tmp');
  for (const name of existsSync(tmp) ? await readdir(tmp) : []) {
    const [host, pid, rest] = name.split('~');
    if (rest !== undefined && isOther(`${host}~${pid}`)) traces.push(`tmp/${name}`);
  }
  return traces;
}

/** @throws InputError E_BUSY naming what shows it */
export async function assertAlone(home: Home): Promise<void> {
  const [first, ...more] = await othersAtWork(home);
  if (first === undefined) return;
  const [vi, en] = more.length === 0 ? ['', ''] : [` và ${more.length} tệp khác`, ` and ${more.length} more`];
  throw new InputError('E_BUSY', {
    vi: `Một tiến trình khác đang làm việc trong hồ dữ liệu (${join(home.dir, first)}${vi}). Chờ tiến trình đó xong rồi chạy lại; nếu tệp này do một máy khác để lại và máy đó không còn chạy, xóa tệp rồi chạy lại.`,
    en: `Another process is at work in the lake (${join(home.dir, first)}${en}). Wait until it is done and run this again; if another computer left that file and no longer works here, delete it and run again.`,
  });
}

/** Lets others see that this process is at work, from here to the end of `work`, which gets a folder of its own. */
export async function visibly<T>(
  { workspace }: Pick<Home, 'workspace'>,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const folder = await workspace.open();
  try {
    return await work(folder.dir);
  } finally {
    await folder.close();
  }
}
