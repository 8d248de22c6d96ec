// A table as its contract describes it, before anybody sends a row: analysts see columns and comments from the first day.

import { raised } from './commit';
import type { TableDefinition } from './data-file';
import { printMetadata } from './metadata';
import { createTable, evolve } from './metadata-builder';
import { type TablePorts, transact } from './transact';

/**
 * Makes the table, or brings its columns up to the definition.
 * @returns whether anything had to be written
 * @throws InputError E_EVOLUTION, E_FOREIGN_WRITE; FaultError F_CONFLICT
 */
export async function register(definition: TableDefinition, writerEpoch: number, ports: TablePorts): Promise<boolean> {
  let isWritten = false;
  return transact<boolean>(definition.name, ports, async (head) => {
    const base = head
      ? evolve(head.metadata, definition)
      : createTable(definition, ports.store.location(definition.name), ports.rng.uuid(), ports.clock.now());
    const metadata = raised(base, writerEpoch);
    if (head && printMetadata(metadata) === printMetadata(head.metadata)) return { kind: 'done', answer: isWritten };
    isWritten = true;
    return { kind: 'metadata', metadata };
  });
}
