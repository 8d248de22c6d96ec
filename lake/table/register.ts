// A table as its contract describes it, before anybody sends a row: analysts see columns and comments from the first day.

import type { Head } from '../../platform/ports';
import { raised } from './commit';
import type { TableDefinition } from './data-file';
import { printMetadata } from './metadata';
import { createTable, evolve } from './metadata-builder';
import { type Step, type TablePorts, transact } from './transact';

/**
 * Makes the table, or brings its columns up to the definition. Also of a table that other software changed: no row is touched,
 * and a deployment need not wait for its steward.
 * @returns whether anything had to be written
 * @throws InputError E_EVOLUTION; FaultError F_CONFLICT
 */
export async function register(definition: TableDefinition, writerEpoch: number, ports: TablePorts): Promise<boolean> {
  let isWritten = false;
  const decide = async (head: Head | undefined): Promise<Step<boolean>> => {
    const base = head
      ? evolve(head.metadata, definition)
      : createTable(definition, ports.store.location(definition.name), ports.rng.uuid(), ports.clock.now());
    const metadata = raised(base, writerEpoch);
    if (head && printMetadata(metadata) === printMetadata(head.metadata)) return { kind: 'done', answer: isWritten };
    isWritten = true;
    return { kind: 'metadata', metadata };
  };
  return transact(definition.name, ports, decide, { allowForeign: true });
}
