// What a snapshot names: manifests, files of one submission and of several, compaction.
import type { Patch } from './patch';

export const FILES: readonly Patch[] = [
  {
    name: 'null-sequence-carried',
    file: 'lake/table/write-tree.ts',
    find: ': { ...entry, status: EXISTING },\n      );\n    const place = await this.put(writeCarried(manifest',
    replace:
      ': { ...entry, status: EXISTING, sequence_number: null, file_sequence_number: null },\n      );\n    const place = await this.put(writeCarried(manifest',
    why: 'a file carried into another manifest loses its sequence numbers',
  },
  {
    name: 'manifest-dropped-when-merging',
    file: 'lake/table/write-tree.ts',
    find: 'const merged = await writer.merged(merging);',
    replace: 'const merged = await writer.merged(merging.slice(1));',
    why: 'one of the manifests to be merged is lost',
  },
  {
    name: 'manifest-dropped-uncounted',
    file: 'lake/table/write-tree.ts',
    find: 'const merged = await writer.merged(merging);',
    replace: 'const merged = await writer.merged(merging.slice(1));',
    also: [
      {
        file: 'lake/table/write-tree.ts',
        find: 'if (expected !== undefined && Number(expected)',
        replace: 'if (expected === null && Number(expected)',
      },
    ],
    why: 'one of the manifests to be merged is lost, and nobody counts',
  },
  {
    name: 'shared-taken-for-pure',
    file: 'lake/table/holdings.ts',
    find: 'isPure: onlyText(stat) === submission',
    replace: 'isPure: true',
    why: 'a file shared with others is removed whole',
  },
  {
    name: 'shared-bounds-ignored',
    file: 'lake/table/holdings.ts',
    find: 'if (!isLive(entry) || !mayHold(stat, submission)) continue;',
    replace: 'if (!isLive(entry) || !mayHold(stat, submission) || onlyText(stat) !== submission) continue;',
    why: 'rows in shared files are not found when their submission is replaced',
  },
  {
    name: 'zero-rows-again-and-again',
    file: 'lake/table/holdings.ts',
    find: 'if (!isLive(entry) || !mayHold(stat, submission)) continue;',
    replace:
      'if (!isLive(entry) || !mayHold(stat, submission) || Number(entry.data_file.record_count) === 0) continue;',
    why: 'a submission without rows is never seen to be live',
  },
  {
    name: 'compaction-over-replace',
    file: 'lake/table/compact.ts',
    find: "if (remove.length !== paths.size) return { kind: 'done', answer: 'aborted' };",
    replace: '',
    why: 'compaction does not give up when one of its inputs was replaced',
  },
  {
    name: 'compaction-over-replace-uncounted',
    file: 'lake/table/compact.ts',
    find: "if (remove.length !== paths.size) return { kind: 'done', answer: 'aborted' };",
    replace: '',
    also: [
      {
        file: 'lake/table/write-tree.ts',
        find: 'if (expected !== undefined && Number(expected)',
        replace: 'if (expected === null && Number(expected)',
      },
    ],
    why: 'the same, and nobody counts the rows',
  },
];
