// Writers of one table: what is wanted is asked for, the head is read, the pointer is swapped, answers are believed or not.
import type { Patch } from './patch';

export const SWAP: readonly Patch[] = [
  {
    name: 'no-relist',
    file: 'lake/table/commit.ts',
    find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
    replace: 'const wanted = effects;',
    why: 'nobody asks again which version is wanted before the swap',
  },
  {
    name: 'event-driven',
    file: 'lake/table/commit.ts',
    find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
    replace: `const asked = request.stillWanted ? await request.stillWanted(effects) : effects;
      const wanted = [...asked.filter((one) => !request.effects.includes(one)), ...request.effects];`,
    why: 'what a writer was called for is what it commits: the list is asked for the effects of others only',
  },
  {
    name: 'list-before-head',
    file: 'lake/table/transact.ts',
    find: 'const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    replace:
      'await options.before?.();\n    const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'readonly maxAttempts?: number;\n  /** Maintenance',
        replace: 'readonly maxAttempts?: number;\n  readonly before?: () => Promise<void>;\n  /** Maintenance',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const copies = new CopyOnWrite(ports);',
        replace: `const copies = new CopyOnWrite(ports);
  let early: readonly Effect[] = [];
  let offeredEarly: readonly Effect[] = [];
  const before = async () => {
    offeredEarly = request.alsoOffered ? await request.alsoOffered() : [];
    const all = [...offeredEarly, ...request.effects];
    early = request.stillWanted ? await request.stillWanted(all) : all;
  };`,
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;',
        replace: 'const wanted = early;',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'const others = request.alsoOffered ? await request.alsoOffered() : [];',
        replace: 'const others = offeredEarly;',
      },
      {
        file: 'lake/table/commit.ts',
        find: 'maxAttempts === undefined ? {} : { maxAttempts },',
        replace: '{ before },',
      },
    ],
    why: 'versions are listed before the head is read: an older one can come back over a newer',
  },
  {
    name: 'swap-without-token',
    file: 'lake/table/transact.ts',
    find: 'const swapped = await catalog.swap(table, head, kept);',
    replace: 'const swapped = await catalog.swap(table, await catalog.load(table), kept);',
    why: 'the pointer is swapped whatever it points to by now',
  },
  {
    name: 'no-swap-check',
    file: 'test/simulation/world.ts',
    find: "if ((held?.token ?? '0') !== (base?.token ?? '0')) return 'CONFLICT';",
    replace: '',
    why: 'the catalog does not compare before it sets',
  },
  {
    name: 'conflict-without-deciding-again',
    file: 'lake/table/transact.ts',
    find: 'const step = await decide(head);',
    replace: 'decided ??= await decide(head);\n    const step = decided;',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'for (let attempt = 1; attempt <= attempts; attempt++) {',
        replace: 'let decided: Step<T> | undefined;\n  for (let attempt = 1; attempt <= attempts; attempt++) {',
      },
    ],
    why: 'after a conflict the old decision is swapped in over the new head',
  },
  {
    name: 'conflict-without-reload',
    file: 'lake/table/transact.ts',
    find: 'const head = await catalog.load(table);\n    if (head && !options.allowForeign)',
    replace:
      'known ??= { head: await catalog.load(table) };\n    const { head } = known;\n    if (head && !options.allowForeign)',
    also: [
      {
        file: 'lake/table/transact.ts',
        find: 'for (let attempt = 1; attempt <= attempts; attempt++) {',
        replace:
          'let known: { head: Head | undefined } | undefined;\n  for (let attempt = 1; attempt <= attempts; attempt++) {',
      },
    ],
    why: 'after a conflict the same head is tried again: nobody gets through',
  },
  {
    name: 'unknown-is-failure',
    file: 'lake/table/transact.ts',
    find: '// Whatever else the answer was',
    replace:
      "if (swapped === 'UNKNOWN') await store.delete(tree.manifestList.slice(store.location('').length));\n    // Whatever else the answer was",
    why: 'an unclear answer is taken for a failure and the new files are cleaned up',
  },
  {
    name: 'conflict-believed',
    file: 'lake/table/transact.ts',
    find: '// Whatever else the answer was',
    replace:
      "if (swapped === 'CONFLICT') await store.delete(tree.manifestList.slice(store.location('').length));\n    // Whatever else the answer was",
    why: 'a conflict is taken to mean that the snapshot is not there, and its files are cleaned up',
  },
  {
    name: 'removed-not-verified',
    file: 'lake/table/commit.ts',
    find: 'const { add, remove, rewrites } = await leaving(',
    replace: 'const { add, remove, rewrites } = left ??= await leaving(',
    also: [
      {
        file: 'lake/table/commit.ts',
        find: 'const copies = new CopyOnWrite(ports);',
        replace: 'const copies = new CopyOnWrite(ports);\n  let left: Awaited<ReturnType<typeof leaving>> | undefined;',
      },
    ],
    why: 'files to be removed are found once and not looked for again after a conflict',
  },
  {
    name: 'no-writer-epoch-fence',
    file: 'lake/table/commit.ts',
    find: 'assertNotFenced(request, head);',
    replace: 'void assertNotFenced;',
    also: [
      {
        file: 'lake/table/decide.ts',
        find: 'if ((effect.writerEpoch ?? Number.POSITIVE_INFINITY) < writerEpochOf(base)) return false;',
        replace: 'void writerEpochOf;',
      },
    ],
    why: 'a zombie of the old deployment writes on',
  },
  {
    name: 'foreign-overwrite-accepted',
    file: 'lake/table/foreign.ts',
    find: 'if (preservesRows(metadata, snapshot)) continue;',
    replace: 'if (preservesRows(metadata, snapshot) || table !== undefined) continue;',
    why: 'what other software did to the rows is built upon',
  },
];
