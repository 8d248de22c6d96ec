// What was asked for on the command line.
import { InputError } from '../lake/errors';
import { nearest } from '../lake/text';
import type { Bench } from './bench';

export interface BenchRequest {
  readonly benches: readonly Bench[];
  /** File for the rows as JSON. */
  readonly json: string | undefined;
  readonly list: boolean;
  readonly keep: boolean;
  /** A quick run that shows that the benches work; its figures mean nothing. */
  readonly small: boolean;
}

const FLAGS = ['--json', '--list', '--keep', '--small'] as const;

/** No name: all benches, in their order; with --small those that have a small size. @throws InputError naming the nearest bench or flag there is */
export function parseArguments(args: readonly string[], all: readonly Bench[]): BenchRequest {
  const wanted: Bench[] = [];
  let json: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--json') {
      json = args[++i];
      if (json === undefined || json.startsWith('--')) throw missingFile();
    } else if (arg.startsWith('--')) {
      if (!FLAGS.some((flag) => flag === arg)) throw unknown('E_FLAG', { vi: 'cờ', en: 'flag' }, arg, FLAGS);
    } else {
      const bench = all.find(({ name }) => name === arg);
      const names = all.map(({ name }) => name);
      if (!bench) throw unknown('E_BENCH', { vi: 'phép đo', en: 'bench' }, arg, names);
      if (!wanted.includes(bench)) wanted.push(bench);
    }
  }
  const small = args.includes('--small');
  const large = wanted.find((bench) => small && !bench.hasSmall);
  if (large) throw noSmall(large, all);
  return {
    benches: wanted.length > 0 ? wanted : small ? all.filter((bench) => bench.hasSmall) : all,
    json,
    list: args.includes('--list'),
    keep: args.includes('--keep'),
    small,
  };
}

function unknown(
  code: string,
  kind: { readonly vi: string; readonly en: string },
  text: string,
  known: readonly string[],
): InputError {
  const near = nearest(text, known);
  return new InputError(code, {
    vi: `Không có ${kind.vi} “${text}”.${near ? ` Gần nhất: “${near}”.` : ''} Cần một trong: ${known.join(', ')}.`,
    en: `There is no ${kind.en} “${text}”.${near ? ` Nearest: “${near}”.` : ''} Expected one of: ${known.join(', ')}.`,
  });
}

function noSmall({ name }: Bench, all: readonly Bench[]): InputError {
  const known = all.flatMap((bench) => (bench.hasSmall ? [bench.name] : [])).join(', ');
  return new InputError('E_FLAG', {
    vi: `Phép đo “${name}” không có cỡ nhỏ. Bỏ “--small”, hoặc chọn trong: ${known}.`,
    en: `The bench “${name}” has no small size. Leave out “--small”, or choose from: ${known}.`,
  });
}

const missingFile = (): InputError =>
  new InputError('E_FLAG', {
    vi: 'Cờ “--json” cần tên tệp, ví dụ: npm run bench -- put-100 --json bench.json',
    en: 'The flag “--json” needs a file name, for example: npm run bench -- put-100 --json bench.json',
  });
