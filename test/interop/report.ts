// What a run was asked for, what it found, and how it says so.
import type { TableField } from '../../lake/table/data-file';
import type { Trino } from './readers';
import { multiset, type Row } from './values';

export interface Tools {
  /** Names of tables; none: all. */
  readonly only: readonly string[];
  readonly root: string;
  /** Of the environment with PyIceberg; undefined: left out. */
  readonly python: string | undefined;
  /** undefined: left out. */
  readonly startTrino: ((workDir: string) => Promise<Trino>) | undefined;
}

export function isAsked({ only }: Tools, table: string): boolean {
  return only.length === 0 || only.includes(table);
}

/** Lines that are printed, and whether all was well. */
export class Report {
  failed = 0;
  passed = 0;

  say(reader: string, table: string, what: string, differences: readonly string[]): void {
    const isEqual = differences.length === 0;
    if (isEqual) this.passed++;
    else this.failed++;
    process.stdout.write(
      `${reader.padEnd(10)} ${table.padEnd(12)} ${what.padEnd(44)} ${isEqual ? 'equal' : 'DIFFERENT'}\n`,
    );
    for (const difference of [...differences.slice(0, 3), ...differences.slice(3).slice(-3)])
      process.stdout.write(`           ${difference.slice(0, 1000)}\n`);
  }

  async run(reader: string, table: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.say(reader, table, 'failed', [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
    }
  }
}

/** What is in one list and not in the other, counted. */
export function difference(expected: readonly string[], found: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const one of expected) count.set(one, (count.get(one) ?? 0) + 1);
  for (const one of found) count.set(one, (count.get(one) ?? 0) - 1);
  return [...count].flatMap(([one, n]) => (n === 0 ? [] : [`${n > 0 ? 'missing' : 'too many'}: ${one}`]));
}

export function rowDifference(
  fields: readonly TableField[],
  expected: readonly Row[],
  found: readonly Row[],
): string[] {
  return difference(multiset(fields, expected), multiset(fields, found));
}
