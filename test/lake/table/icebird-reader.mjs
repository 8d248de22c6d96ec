// Reads an Iceberg table with icebird, in a process of its own: {tableUrl, metadata?} as JSON on stdin, rows as JSON on
// stdout. Longs become text, dates milliseconds. icebird reads over fetch, so fetch reads files here and nothing else.
import { readFileSync } from 'node:fs';
import { icebergRead } from 'icebird';

globalThis.fetch = async (input, init) => {
  const url = String(input);
  if (!url.startsWith('file://')) throw new Error(`no network in tests: ${url}`);
  const bytes = readFileSync(url.slice('file://'.length));
  const range = /^bytes=(\d+)-(\d+)?$/.exec(new Headers(init?.headers).get('range') ?? '');
  if (!range) return new Response(bytes);
  const end = range[2] === undefined ? bytes.length : Number(range[2]) + 1;
  return new Response(bytes.subarray(Number(range[1]), end), { status: 206 });
};

const plain = (value) =>
  value instanceof Date ? value.getTime() : typeof value === 'bigint' ? String(value) : (value ?? null);
const rows = await icebergRead(JSON.parse(readFileSync(0, 'utf8')));
const entries = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
process.stdout.write(JSON.stringify(entries));
