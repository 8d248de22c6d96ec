// A failing scenario made smaller, greedily: whatever can go while the same promise is still broken, goes.
import type { Scenario } from './scenario';

const MOST_RUNS = 400;

/** @param fails the invariant a scenario breaks; undefined: none */
export async function shrink(
  scenario: Scenario,
  fails: (scenario: Scenario) => Promise<string | undefined>,
): Promise<Scenario> {
  const wanted = await fails(scenario);
  if (wanted === undefined) return scenario;
  let best = scenario;
  let runs = 0;
  const accept = async (smaller: Scenario): Promise<boolean> => {
    if (runs++ >= MOST_RUNS || (await fails(smaller)) !== wanted) return false;
    best = smaller;
    return true;
  };
  let progress = true;
  while (progress && runs < MOST_RUNS) {
    progress = false;
    for (const size of [8, 4, 2, 1]) {
      for (let at = 0; at < best.uploads.length; ) {
        const uploads = best.uploads.filter((_, i) => i < at || i >= at + size);
        if (await accept({ ...best, uploads })) progress = true;
        else at += size;
      }
      for (let at = 0; at < best.acts.length; ) {
        const acts = best.acts.filter((_, i) => i < at || i >= at + size);
        if (await accept({ ...best, acts })) progress = true;
        else at += size;
      }
    }
    for (const smaller of calmer(best)) if (await accept(smaller)) progress = true;
  }
  return best;
}

/** The same with one kind of trouble less. */
function* calmer(scenario: Scenario): Generator<Scenario> {
  const { scheduler, faults } = scenario;
  for (const name of ['kill', 'freeze', 'clockJump', 'skewMs'] as const)
    if (scheduler[name] !== 0) yield { ...scenario, scheduler: { ...scheduler, [name]: 0 } };
  for (const name of ['unclearPut', 'unclearSwap', 'conflict', 'fault', 'slow'] as const)
    if (faults[name] !== 0) yield { ...scenario, faults: { ...faults, [name]: 0 } };
  if (scenario.workers > 1) yield { ...scenario, workers: scenario.workers - 1 };
  if (scenario.batch > 1) yield { ...scenario, batch: 1 };
  if (scenario.rolloutAtMs !== null) yield { ...scenario, rolloutAtMs: null };
  if (scenario.uploads.some(({ copies }) => copies > 1))
    yield { ...scenario, uploads: scenario.uploads.map((upload) => ({ ...upload, copies: 1 })) };
  if (scenario.mode !== 'uniform') yield { ...scenario, mode: 'uniform', scheduler: { ...scheduler, mode: 'uniform' } };
}
