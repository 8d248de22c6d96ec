// Runs the applier (Python, because boto3 checks each call against the service's own model).
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Applied, parseApplied } from '../dispatcher/applied';

const run = promisify(execFile);

/**
 * @param stacks by name; none: all
 * @throws Error with what the applier said, when anything could not be created
 */
export async function applyAssembly(
  { python, root }: { readonly python: string; readonly root: string },
  endpoint: string,
  assembly: string,
  stacks: readonly string[] = [],
): Promise<Applied> {
  const program = join(root, 'test', 'aws', 'applier', 'apply.py');
  try {
    const { stdout } = await run(python, ['-B', program, endpoint, assembly, ...stacks], { maxBuffer: 2 ** 28 });
    return parseApplied(stdout);
  } catch (error) {
    const said = typeof error === 'object' && error !== null ? Reflect.get(error, 'stderr') : undefined;
    throw new Error(typeof said === 'string' && said !== '' ? said : String(error));
  }
}
