// The protocol with one step broken, each in its own way. A run must notice every one of them; one that goes unnoticed
// means that the run does not show what it seems to show.
import { ERASURE } from './erasure';
import { EXPIRY } from './expiry';
import { FILES } from './files';
import type { Patch } from './patch';
import { SUBMISSION } from './submission';
import { SWAP } from './swap';

export const MUTANTS: readonly Patch[] = [...SWAP, ...FILES, ...EXPIRY, ...SUBMISSION, ...ERASURE];
