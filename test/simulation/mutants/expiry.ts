// What may go: snapshots, their records, files nobody names, offers that waited too long.
import type { Patch } from './patch';

export const EXPIRY: readonly Patch[] = [
  {
    name: 'short-grace',
    file: 'lake/table/expire.ts',
    find: 'const cutoff = clock.now() - graceMs;',
    replace: 'const cutoff = clock.now() - Math.min(graceMs, 1_000);',
    why: 'orphans go while somebody may still be about to name them',
  },
  {
    name: 'expiry-forgets-tags',
    file: 'lake/table/retention.ts',
    find: "    ...Object.values(metadata.refs ?? {}).map((ref) => ref['snapshot-id']),\n",
    replace: '',
    why: 'snapshots of releases expire',
    also: [
      {
        file: 'lake/table/metadata-builder.ts',
        find: "const pinned = [base['current-snapshot-id'], ...Object.values(base.refs ?? {}).map((ref) => ref['snapshot-id'])];",
        replace: "const pinned = [base['current-snapshot-id']];",
      },
    ],
  },
  {
    name: 'expiry-before-ledger',
    file: 'lake/table/expire.ts',
    find: 'await copyToLedger(store, ledger, head.metadata, gone);',
    replace: 'void copyToLedger;',
    why: 'snapshots leave the history before their records are in the ledger',
  },
  {
    name: 'orphans-by-current-only',
    file: 'lake/table/expire.ts',
    find: 'for (const snapshot of metadata.snapshots ?? []) {\n    keys.add(',
    replace:
      "for (const snapshot of (metadata.snapshots ?? []).filter((s) => s['snapshot-id'] === metadata['current-snapshot-id'])) {\n    keys.add(",
    why: 'files that only retained snapshots name are taken for orphans',
  },
  {
    name: 'stale-offer-committed',
    file: 'lake/table/decide.ts',
    find: 'if (now - (effect.sealedAtMs ?? now) > LEASE_MS) return false;',
    replace: 'void now;',
    also: [
      {
        file: 'lake/submission/handoff.ts',
        find: '(effect) => now - effect.sealedAtMs <= LEASE_MS && isSound(effect)',
        replace: '(effect) => isSound(effect) || now < 0',
      },
    ],
    why: 'files older than the lease are named, though they may be deleted at any moment',
  },
];
