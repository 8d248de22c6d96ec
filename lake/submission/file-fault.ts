// Whose fault it is when a file cannot be judged. Judging and redacting read a file on the own disk and write to the own disk:
// what is thrown there, and is no trouble of the machine, will be thrown over the same file again. Everything else (store,
// catalogue, queues, disk) is the surroundings' and never held against a file.
import { FaultError, InputError } from '../errors';
import type { Lake } from './submit';

/** `room`: memory or disk did not suffice, of which another lane has more. */
export type FileFault = 'file' | 'room';

/** Faults of ours that follow from the file, the contract and the program alone. */
const OF_FILE = new Set([
  'F_BOUND',
  'F_CODE_LIST',
  'F_CONTRACT',
  'F_REFERENCE',
  'F_ROW_COUNT',
  'F_TABLE_TYPE',
  'F_UNEXPLAINED',
]);
/** The engine's own words, which stand before the first colon. */
const OF_MACHINE = /^(IO|HTTP|Connection|Permission|Interrupt|Missing Extension)/i;
const OF_ROOM = /^Out of Memory Error|No space left on device|ENOSPC|allocation failed/i;

function kindOf(error: unknown): FileFault | undefined {
  if (error instanceof InputError) return undefined;
  if (error instanceof FaultError) return OF_FILE.has(error.code) ? 'file' : undefined;
  // Not by its class: the engine's errors may come from another realm.
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  const message = String(error.message);
  if (OF_ROOM.test(message)) return 'room';
  // System calls that fail, and a binding that cannot be loaded.
  const isMachine = 'syscall' in error || /DLOPEN|MODULE_NOT_FOUND/.test('code' in error ? String(error.code) : '');
  return isMachine || OF_MACHINE.test(message) ? undefined : 'file';
}

/** A lake that remembers what was thrown over a file itself. */
export function blaming(lake: Lake): {
  readonly lake: Lake;
  readonly faultOf: (error: unknown) => FileFault | undefined;
} {
  const thrown = new Set<unknown>();
  const remembered = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      thrown.add(error);
      throw error;
    }
  };
  const { converter, redactor } = lake.ports;
  const ports = {
    ...lake.ports,
    converter: { convert: (...args: Parameters<typeof converter.convert>) => remembered(converter.convert(...args)) },
    redactor: { redact: (...args: Parameters<typeof redactor.redact>) => remembered(redactor.redact(...args)) },
  };
  return { lake: { ...lake, ports }, faultOf: (error) => (thrown.has(error) ? kindOf(error) : undefined) };
}
