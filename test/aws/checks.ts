// One line a check, with its time; any that throws fails the run.
export class Checks {
  passed = 0;
  failed = 0;
  readonly #only: readonly string[];

  /** @param only words; a part is run when its name is among them, or when there are none */
  constructor(only: readonly string[]) {
    this.#only = only;
  }

  wants(part: string): boolean {
    return this.#only.length === 0 || this.#only.includes(part);
  }

  /** @returns whether it held */
  async check(name: string, body: () => Promise<unknown>): Promise<boolean> {
    const from = performance.now();
    const seconds = () => `${((performance.now() - from) / 1000).toFixed(1)} s`;
    try {
      const note = await body();
      this.passed++;
      process.stdout.write(`ok      ${name} (${seconds()})${typeof note === 'string' ? `: ${note}` : ''}\n`);
      return true;
    } catch (error) {
      this.failed++;
      process.stdout.write(`FAILED  ${name} (${seconds()})\n        ${indented(error)}\n`);
      return false;
    }
  }
}

function indented(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.split('\n').slice(0, 24).join('\n        ');
}
