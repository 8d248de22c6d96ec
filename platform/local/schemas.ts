// Contracts, code lists and models from the project's folders on disk.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseCodeList } from '../../lake/contract/code-lists';
import type { CodeLists, CodeRow, Contract } from '../../lake/contract/contract';
import { parseContract } from '../../lake/contract/parse';
import { assertOwnTables } from '../../lake/contract/table-names';

/** Paths of the contract files below `root`/schemas/contracts, sorted. */
export function contractFiles(root: string): string[] {
  const dir = join(root, 'schemas', 'contracts');
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.odcs.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `agency/dataset` of a contract file. */
function nameOf(root: string, path: string): string {
  return relative(join(root, 'schemas', 'contracts'), path)
    .split(sep)
    .join('/')
    .replace('.odcs.yaml', '');
}

/** Names of all contracts below `root`, sorted. */
export const contractNames = (root: string): string[] => contractFiles(root).map((path) => nameOf(root, path));

/** By contract name `agency/dataset`; each is parsed when it is asked for. Parsing throws InputError naming file and line. */
export function loadContracts(root: string, cache?: string): ReadonlyMap<string, Contract> {
  assertOwnTables(contractNames(root));
  return new LazyContracts(root, contractFiles(root), cache);
}

class LazyContracts implements ReadonlyMap<string, Contract> {
  readonly #root: string;
  readonly #cache: string | undefined;
  readonly #paths: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, Contract>();

  constructor(root: string, paths: readonly string[], cache: string | undefined) {
    this.#root = root;
    this.#cache = cache;
    this.#paths = new Map(paths.map((path) => [nameOf(root, path), path]));
  }

  get size(): number {
    return this.#paths.size;
  }

  has(name: string): boolean {
    return this.#paths.has(name);
  }

  get(name: string): Contract | undefined {
    const path = this.#paths.get(name);
    if (path === undefined) return undefined;
    const known = this.#parsed.get(name);
    if (known) return known;
    const contract = this.#read(path);
    this.#parsed.set(name, contract);
    return contract;
  }

  /** Parsing takes 150 ms and its result depends on the text only: it is kept under the text's hash. */
  #read(path: string): Contract {
    const text = readFileSync(path, 'utf8');
    const kept = this.#cache && join(this.#cache, `contract-${createHash('sha256').update(text).digest('hex')}.json`);
    if (kept && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
    const contract = parseContract(text, relative(this.#root, path));
    if (kept) keep(kept, JSON.stringify(contract));
    return contract;
  }

  keys() {
    return this.#paths.keys();
  }

  *values(): Generator<Contract, undefined> {
    for (const [, contract] of this) yield contract;
  }

  entries() {
    return this[Symbol.iterator]();
  }

  *[Symbol.iterator](): Generator<[string, Contract], undefined> {
    for (const name of this.#paths.keys()) yield [name, this.get(name)!];
  }

  forEach(call: (contract: Contract, name: string, map: ReadonlyMap<string, Contract>) => void): void {
    for (const [name, contract] of this) call(contract, name, this);
  }
}

/** By file name without extension. */
export function loadCodeLists(root: string): CodeLists {
  const dir = join(root, 'schemas', 'codes');
  const lists = new Map<string, readonly CodeRow[]>();
  for (const name of readdirSync(dir)
    .filter((file) => file.endsWith('.csv'))
    .sort()) {
    lists.set(
      name.slice(0, -'.csv'.length),
      parseCodeList(readFileSync(join(dir, name), 'utf8'), join('schemas', 'codes', name)),
    );
  }
  return lists;
}

/** Whole or not at all; a folder that cannot be written costs time, nothing else. */
function keep(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch {
    rmSync(unfinished, { force: true });
  }
}
