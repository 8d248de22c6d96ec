// Folders that last as long as one test file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder removed after the tests of the calling file. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tam-giang-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
