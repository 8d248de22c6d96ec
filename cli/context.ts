// What every command gets: where the project and the home are, which language, where words and documents go.
import { join } from 'node:path';
import type { Bilingual } from '../lake/errors';
import type { Lake } from '../lake/submission/submit';
import { createHome, type Home, openHome } from '../platform/local/home';
import { loadCodeLists, loadContracts } from '../platform/local/schemas';

export type Lang = 'vi' | 'en';

export interface Context {
  /** The project's folder: schemas/, queries/. */
  readonly root: string;
  /** Folder for parsed contracts; undefined: they are parsed every time. */
  readonly cache: string | undefined;
  readonly home: string;
  /** Province whose lake on AWS is meant instead of the folder. */
  readonly aws: string | undefined;
  readonly lang: Lang;
  readonly json: boolean;
  /** Prints a line for people: on stdout, or on stderr when a JSON document owns stdout. */
  say(line: string): void;
  /** Prints the command's document. */
  document(value: unknown): void;
}

export interface GlobalOptions {
  readonly home?: string;
  readonly aws?: string;
  readonly lang?: string;
  readonly json?: boolean;
}

/** `--lang`, else the locale (empty counts as unset, as POSIX has it): Vietnamese unless it is plainly another language. */
export function chooseLang(option: string | undefined, env: NodeJS.ProcessEnv): Lang {
  const wanted = [option, env.LC_ALL, env.LC_MESSAGES, env.LANG].find((one) => one !== undefined && one !== '') ?? '';
  return /^en/i.test(wanted) ? 'en' : 'vi';
}

export function createContext(options: GlobalOptions, root: string, cache?: string): Context {
  const json = options.json === true;
  return {
    root,
    cache,
    home: options.home ?? process.env.TAMGIANG_HOME ?? join(process.cwd(), '.lake'),
    aws: options.aws,
    lang: chooseLang(options.lang, process.env),
    json,
    say: (line) => (json ? process.stderr : process.stdout).write(`${line}\n`),
    document: (value) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  };
}

export const tell = (context: Context, text: Bilingual): void => context.say(text[context.lang]);

export type LocalLake = Lake & { readonly ports: Home };

/** The lake for commands that write. */
export async function writableLake(context: Context): Promise<LocalLake> {
  const ports = await createHome(context.home);
  return { ports, contracts: loadContracts(context.root, context.cache), codeLists: loadCodeLists(context.root) };
}

/** The lake for commands that only read: it must exist. */
export function readableLake(context: Context): LocalLake {
  const ports = openHome(context.home);
  return { ports, contracts: loadContracts(context.root, context.cache), codeLists: loadCodeLists(context.root) };
}
