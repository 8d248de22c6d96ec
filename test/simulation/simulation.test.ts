// A small part of `npm run simulate`, and every scenario that ever failed, with every test run.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(__dirname, 'run.mjs');

async function simulate(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--dry', '--jobs', '1', ...args]);
    return { code: 0, text: stdout };
  } catch (error) {
    // Made outside of the test's realm, so that it is no instance of the Error known here.
    if (typeof error !== 'object' || error === null || !('stdout' in error)) throw error;
    return { code: 1, text: `${String(error.stdout)}${'stderr' in error ? String(error.stderr) : ''}` };
  }
}

describe('the simulation', () => {
  it('keeps every promise in eighty runs and in all that failed before', async () => {
    const { code, text } = await simulate('--seeds', '80');
    expect(text).toContain('every promise was kept');
    expect(code).toBe(0);
  }, 120_000);

  it('notices a broken protocol', async () => {
    const { code, text } = await simulate('--mutant', 'no-relist', '--seeds', '20');
    expect(text).toMatch(/breaks I\d+/);
    expect(code).toBe(1);
  }, 120_000);
});
