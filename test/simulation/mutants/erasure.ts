// Rows of a person who was erased must not come back.
import type { Patch } from './patch';

export const ERASURE: readonly Patch[] = [
  {
    name: 'erasure-epoch-unchecked',
    file: 'lake/table/decide.ts',
    find: 'if ((effect.erasureEpoch ?? Number.POSITIVE_INFINITY) < erasureEpochOf(base)) return false;',
    replace: 'void erasureEpochOf;',
    why: 'rows held against an older suppression list bring an erased person back',
  },
  {
    name: 'erasure-waits-for-nobody',
    file: 'lake/erasure/erase.ts',
    find: 'let isOutlasted = places.outlastMs === undefined;',
    replace: 'let isOutlasted = true;',
    why: 'a process that read the person before puts down what it had read after the certificate',
  },
  {
    name: 'erasure-waits-too-short',
    file: 'lake/erasure/erase.ts',
    find: 'await outlast(probedAtMs + (places.outlastMs ?? 0), lake.ports.clock, onStep);',
    replace: 'await outlast(probedAtMs + (places.outlastMs ?? 0) / 10, lake.ports.clock, onStep);',
    why: 'a process that read the person before is still at work when everything is searched again',
  },
  {
    name: 'erasure-list-read-once',
    file: 'lake/erasure/suppression.ts',
    find: 'export async function suppressionOf(dataset: string, control: ObjectStore): Promise<Suppression> {',
    replace: `const read = new WeakMap<ObjectStore, Promise<Suppression>>();
export function suppressionOf(dataset: string, control: ObjectStore): Promise<Suppression> {
  const known = read.get(control) ?? readList(dataset, control);
  read.set(control, known);
  return known;
}
async function readList(dataset: string, control: ObjectStore): Promise<Suppression> {`,
    why: 'a process reads once who was erased and holds all its rows against that',
  },
];
