// What a function would have logged and counted.
import type { Published } from '../../lambdas/shared/journal';

export function keptJournal<Name extends string>() {
  const counts: Partial<Record<Name, number>> = {};
  const lines: string[] = [];
  let published = 0;
  const journal: Published<Name> = {
    info: (message, fields = {}) => lines.push(`${message} ${JSON.stringify(fields)}`),
    problem: (message, _error, fields = {}) => lines.push(`${message} ${JSON.stringify(fields)}`),
    count: (name, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
    publish: () => {
      published++;
    },
  };
  return { journal, counts, lines, published: () => published };
}
