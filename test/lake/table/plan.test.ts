import { commit } from '../../../lake/table/commit';
import { planFiles } from '../../../lake/table/plan';
import { fixedClock } from '../../../platform/memory/clock-rng';
import { memoryPorts, putEffect, TABLE } from './made-up';

const A = 'so_thu/so_lieu_thu/2026-06';
const NOON = Date.UTC(2026, 6, 1, 12);

async function twoVersions() {
  const clock = fixedClock(NOON);
  const ports = { ...memoryPorts(), clock };
  const ids: string[] = [];
  for (const [version, rows] of [
    ['v1', 3],
    ['v2', 5],
  ] as const) {
    clock.advance(3_600_000);
    ids.push(
      (await commit({ table: TABLE, effects: [await putEffect(ports.store, A, version, rows)] }, ports)).snapshotId,
    );
  }
  const { metadata } = (await ports.catalog.load(TABLE.name))!;
  return { ports, metadata, ids };
}

describe('planFiles', () => {
  it('gives the rows of any snapshot, by id or by time', async () => {
    const { ports, metadata, ids } = await twoVersions();
    const rows = async (at?: Parameters<typeof planFiles>[2]) =>
      (await planFiles(ports.store, metadata, at)).files.map((file) => file.rows);
    expect(await rows()).toEqual([5]);
    expect(await rows({ snapshotId: ids[0]! })).toEqual([3]);
    expect(await rows({ timestampMs: NOON + 5_400_000 })).toEqual([3]);
    expect(await rows({ timestampMs: NOON + 9_000_000 })).toEqual([5]);
  });

  it('names the nearest snapshots when there is none at that time or of that id', async () => {
    const { ports, metadata, ids } = await twoVersions();
    for (const at of [{ timestampMs: NOON }, { snapshotId: '1' }])
      await expect(planFiles(ports.store, metadata, at)).rejects.toMatchObject({
        name: 'InputError',
        code: 'E_SNAPSHOT',
        message: expect.stringContaining(ids[0]!),
        text: { vi: expect.stringContaining('2026-07-01T13:00:00') },
      });
  });

  it('names a missing manifest list and what to do', async () => {
    const { ports, metadata } = await twoVersions();
    const list = metadata.snapshots!.at(-1)!['manifest-list'];
    await ports.store.delete(`${TABLE.name}/metadata/${list.split('/').at(-1)}`);
    await expect(planFiles(ports.store, metadata)).rejects.toMatchObject({
      code: 'E_FILE_MISSING',
      message: expect.stringContaining(list),
    });
  });

  it('reads a table whose store was moved', async () => {
    const { ports, metadata } = await twoVersions();
    const moved = { ...ports.store, location: (key: string) => `memory://noi-moi/${key}` };
    const { files } = await planFiles(moved, metadata);
    expect(files.map((file) => file.path)).toEqual([expect.stringMatching(/^memory:\/\/noi-moi\/so_lieu_thu\/data\//)]);
  });
});
