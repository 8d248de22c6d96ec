// What a seed asks for: who sends what and when, what maintenance does, how often things go wrong. Plain data, so that a
// failing one can be made smaller and kept.
import { Chance } from './chance';
import { NEW_CONTRACT, OLD_CONTRACT, SUBJECTS } from './made-format';
import type { FaultKnobs } from './ports';
import type { Mode, SchedulerKnobs, Trap } from './scheduler';

export interface Upload {
  /** File name: the slot it belongs to. */
  readonly slot: string;
  readonly period: string;
  readonly text: string;
  readonly atMs: number;
  /** Sent this often: events and people repeat themselves. */
  readonly copies: number;
}

export const ACTS = [
  'recover',
  'reconcile',
  'retract',
  'compact',
  'expire',
  'orphans',
  'erase',
  'tag',
  'foreign-replace',
  'foreign-overwrite',
  'delete-raw',
  'read',
] as const;
export type ActKind = (typeof ACTS)[number];

export interface Act {
  readonly kind: ActKind;
  readonly atMs: number;
  /** Chooses its object: a version, a subject, a file. */
  readonly pick: number;
}

export interface Scenario {
  readonly seed: number;
  readonly mode: Mode;
  readonly workers: number;
  /** Files one worker sends in one go, at most. */
  readonly batch: number;
  /** How long whoever got no answer waits before sending again; null: nobody does. */
  readonly retryMs: number | null;
  /** From then on new processes run the new contract; null: the new one is never rolled out. */
  readonly rolloutAtMs: number | null;
  /** Processes work so long at most, as functions do, but for whoever erases; absent: for ever. */
  readonly lifeMs?: number;
  readonly scheduler: SchedulerKnobs;
  readonly faults: FaultKnobs;
  readonly uploads: readonly Upload[];
  readonly acts: readonly Act[];
}

export const LEASE_MS = 24 * 3_600_000;
/** How long an orphan must have been lying about: a lease for the offer, a lease for a frozen committer, and a day more. */
export const GRACE_MS = 3 * LEASE_MS;

/** The worst moments, too seldom met to wait for, each with what makes it hurt. */
const TRAPS: readonly { readonly trap: Trap; readonly acts: readonly ActKind[]; readonly uploads?: number }[] = [
  // An offer nobody answers for, a commit nobody gives an answer to, a retraction nobody carried out.
  { trap: { kind: 'put', at: 'control.put handoff/', how: 'dies' }, acts: [] },
  { trap: { kind: 'put', at: 'catalog.swap', how: 'dies' }, acts: [] },
  { trap: { kind: 'retract', at: 'control.putIfAbsent retract/', how: 'dies' }, acts: ['retract'] },
  // Files that nobody names yet lie about for hours; inputs of a compaction are replaced while it works.
  { trap: { kind: 'put', at: 'catalog.swap', how: 'sleeps' }, acts: ['orphans', 'orphans'] },
  { trap: { kind: 'compact', at: 'rewrite', how: 'sleeps' }, acts: ['compact', 'compact', 'compact'], uploads: 4 },
];

const FUNCTION_MS = 15 * 60_000;

/** What a seed says, unless a smaller scenario is asked for. */
export function scenarioOf(seed: number): Scenario {
  const scenario = withoutBytes(seed);
  const chance = new Chance(seed ^ 0x165667b1);
  if (!chance.happens(0.5) || !scenario.acts.some(({ kind }) => kind === 'erase')) return scenario;
  // Whoever is about to put something down sleeps for a while, so that an erasure comes and goes meanwhile. Two contracts set
  // aside different rows under one name: what becomes of those is no question of erasing.
  const where = scenario.rolloutAtMs === null ? ['quarantine.put', 'receipts.put', 'curated.adopt'] : ['curated.adopt'];
  const trap: Trap = { kind: 'put', at: chance.pick(where), how: 'sleeps' };
  return { ...scenario, lifeMs: FUNCTION_MS, scheduler: { ...scenario.scheduler, freezeMs: FUNCTION_MS, trap } };
}

function withoutBytes(seed: number): Scenario {
  const scenario = sentAndDone(seed);
  const chance = new Chance(seed ^ 0x27d4eb2f);
  const needsRaw = scenario.rolloutAtMs !== null || scenario.acts.some(({ kind }) => NEEDS_RAW.has(kind));
  if (needsRaw || !chance.happens(0.3)) return scenario;
  const last = Math.max(...scenario.uploads.map(({ atMs }) => atMs));
  const deletion: Act = { kind: 'delete-raw', atMs: chance.int(0, 2 * last), pick: chance.u32() };
  return { ...scenario, acts: [...scenario.acts, deletion].sort((a, b) => a.atMs - b.atMs) };
}

/** After these a version that was live may have to be judged again: who deletes its bytes has lost it for good. */
const NEEDS_RAW: ReadonlySet<ActKind> = new Set(['erase', 'retract', 'foreign-overwrite']);

function sentAndDone(seed: number): Scenario {
  const chance = new Chance(seed);
  const mode = chance.pick(['uniform', 'swarm', 'swarm', 'freeze'] as const);
  // Swarm: every knob is off, low or high, so that kinds of trouble also come without each other.
  const knob = (low: number, high: number): number => (mode === 'uniform' ? low : (chance.pick([0, low, high]) ?? 0));
  const horizonMs = chance.pick([400, 1_500, 4_000, 20_000, 4 * LEASE_MS]);
  const at = () => chance.int(0, horizonMs);
  const slots = chance.int(1, chance.pick([2, 3, 5]));
  const periods = chance.pick([['2026-09'], ['2026-09'], ['2026-09', '2026-10']]);
  const trap = mode === 'uniform' || chance.happens(0.4) ? undefined : chance.pick(TRAPS);
  const texts: string[] = [];
  const uploads: Upload[] = [];
  for (let n = (trap?.uploads ?? 0) + chance.int(2, chance.pick([3, 4, 4, 6, 14])); n > 0; n--) {
    const slot = chance.int(1, slots);
    const former = texts.length > 0 && chance.happens(0.12) ? chance.pick(texts) : undefined;
    const text = former ?? madeText(chance, uploads.length);
    texts.push(text);
    uploads.push({
      slot: `bang_${slot}`,
      period: periods[slot % periods.length] ?? '2026-09',
      text,
      atMs: at(),
      copies: 1 + (chance.happens(0.2) ? chance.int(1, 2) : 0),
    });
  }
  const acts: Act[] = [];
  for (const kind of trap?.acts ?? []) acts.push({ kind, atMs: at(), pick: chance.u32() });
  const add = (kind: ActKind, most: number) => {
    for (let n = chance.int(0, knob(Math.ceil(most / 2), most)); n > 0; n--)
      acts.push({ kind, atMs: at(), pick: chance.u32() });
  };
  add('recover', 3);
  add('reconcile', 2);
  add('retract', 2);
  add('compact', 3);
  add('expire', 3);
  add('orphans', 2);
  add('erase', 1);
  add('tag', 2);
  add('foreign-replace', 2);
  if (chance.happens(0.08)) acts.push({ kind: 'foreign-overwrite', atMs: at(), pick: chance.u32() });
  add('read', 3);
  return {
    seed,
    mode,
    workers: chance.int(1, chance.pick([2, 4, 8])),
    batch: chance.pick([1, 1, 2, 4]),
    // Days of silence outlive every lease.
    retryMs: chance.pick([300, 300, 3_000, 4 * LEASE_MS, null]),
    rolloutAtMs: chance.happens(0.4) ? at() : null,
    scheduler: {
      mode,
      kill: knob(0.0008, 0.004),
      freeze: mode === 'freeze' ? 0.004 : knob(0, 0.001),
      clockJump: knob(0.0002, 0.001),
      freezeMs: chance.pick([2_000, 60_000, 2 * 3_600_000, LEASE_MS]),
      skewMs: chance.pick([0, 0, 2_000, 300_000]),
      trap: trap?.trap ?? null,
    },
    faults: {
      unclearPut: knob(0.004, 0.02),
      unclearSwap: knob(0.05, 0.25),
      conflict: knob(0.03, 0.3),
      fault: knob(0.0003, 0.002),
      slow: knob(0.003, 0.02),
    },
    uploads,
    acts: acts.sort((a, b) => a.atMs - b.atMs),
  };
}

function madeText(chance: Chance, serial: number): string {
  const kind = chance.unit();
  const lines: string[] = [];
  if (kind < 0.12) lines.push('#poison');
  else if (kind < 0.22) lines.push('#poison-old');
  const rows = kind > 0.92 ? 0 : chance.int(1, 3);
  // A line that is no row keeps texts of different uploads apart even when they hold the same rows.
  lines.push(`@${serial}`);
  for (let i = 0; i < rows; i++) {
    if (chance.happens(0.1)) lines.push(`!k${serial}-${i}|0|${chance.pick(SUBJECTS)}`);
    else lines.push(`k${serial}-${i}|${chance.int(0, 99)}|${chance.pick(SUBJECTS)}`);
  }
  return lines.join('\n');
}

export function contractVersionAt(scenario: Scenario, atMs: number): string {
  return scenario.rolloutAtMs !== null && atMs >= scenario.rolloutAtMs ? NEW_CONTRACT.version : OLD_CONTRACT.version;
}
