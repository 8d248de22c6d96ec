// What a query costs before it reads its first row.
import { z } from 'zod';
import { FaultError } from '../lake/errors';
import type { Bench } from './bench';
import { agedHome } from './data/aged-home';
import { interleave, toRow } from './statistics';

const FULL = { files: 10_000, rounds: 7 };
const SMALL = { files: 50, rounds: 2 };
/** In each process: the first is cold. */
const PLANS = 4;
const LIMIT_MS = 300;
const PEER = 'PyIceberg plan_files, same table';

const planShape = z.object({ ms: z.array(z.number()), cpuMs: z.array(z.number()), files: z.number() });
const oursShape = planShape.extend({ metadata: z.string() });
type Planned = z.infer<typeof planShape>;

export const plan10000: Bench = {
  name: 'plan-10000',
  description:
    'the files of a query over 10,000 data files, in a fresh process and again; PyIceberg over the same table',
  hasSmall: true,
  async run(context) {
    const { files, rounds } = context.isSmall ? SMALL : FULL;
    const dir = await agedHome(context, 'months', files);
    const ours = async (isLocal = false) => {
      context.progress('planning');
      const { answer } = await context.job('plan', { dir, table: 'ho_so_tthc', rounds: PLANS, isLocal });
      return whole(oursShape.parse(answer), files);
    };
    const { metadata } = await ours();
    const peer = async () => {
      const measured = await context.pyiceberg('plan', { metadata, rounds: PLANS });
      return measured ? whole({ ...planShape.parse(measured.answer), metadata }, files) : undefined;
    };
    const mine: Planned[] = [];
    const local: Planned[] = [];
    const theirs: Planned[] = [];
    await interleave(rounds, [
      async () => {
        mine.push(await ours());
      },
      async () => {
        const planned = await peer();
        if (planned) theirs.push(planned);
      },
      async () => {
        local.push(await ours(true));
      },
    ]);
    type Take = (planned: Planned) => readonly number[];
    const row = (name: string, unit: 'ms' | 'CPU ms', limit: number, of: Take) =>
      toRow({ name, unit, ours: mine.flatMap(of), peer: { name: PEER, runs: theirs.flatMap(of) }, limit });
    // What a question to the warehouse waits for; the peer does not look whether the files are there.
    const localRow = (name: string, of: Take) =>
      toRow({ name: `${name}, each found on disk`, unit: 'ms', ours: local.flatMap(of), limit: LIMIT_MS });
    const name = `plan-${files}`;
    return [
      row(`${name}: cold`, 'ms', LIMIT_MS, ({ ms }) => ms.slice(0, 1)),
      row(`${name}: warm`, 'ms', LIMIT_MS, ({ ms }) => ms.slice(1)),
      localRow(`${name}: cold`, ({ ms }) => ms.slice(0, 1)),
      localRow(`${name}: warm`, ({ ms }) => ms.slice(1)),
      row(`${name}: cold, CPU`, 'CPU ms', 1, ({ cpuMs }) => cpuMs.slice(0, 1)),
      row(`${name}: warm, CPU`, 'CPU ms', 1, ({ cpuMs }) => cpuMs.slice(1)),
    ];
  },
};

/** @throws FaultError when files are missing: half a plan is quick */
function whole<T extends Planned>(planned: T, files: number): T {
  if (planned.files !== files) throw new FaultError('F_BENCH', `${planned.files} of ${files} files were planned`);
  return planned;
}
