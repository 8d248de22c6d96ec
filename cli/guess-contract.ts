// Which dataset a file belongs to, when nobody said: its name (stations) or its header must fit exactly one contract.
import { open } from 'node:fs/promises';
import type { Contract } from '../lake/contract/contract';
import { InputError } from '../lake/errors';
import { findHeader, headerProblems } from '../lake/intake/header';
import { parseStationName } from '../lake/intake/station';

const SAMPLE_BYTES = 64 * 1024;

export async function guessContract(
  path: string,
  fileName: string,
  contracts: ReadonlyMap<string, Contract>,
): Promise<Contract> {
  const all = [...contracts.values()];
  const sample = await readSample(path);
  const fitting = parseStationName(fileName)
    ? all.filter((contract) => contract.intake.formats.includes('station'))
    : all
        .map((contract) => ({
          contract,
          header: contract.intake.formats.includes('csv') ? findHeader(sample, contract) : undefined,
        }))
        .filter(({ contract, header }) => header && headerProblems(header, contract).missing.length === 0)
        .map(({ contract }) => contract);
  if (fitting.length === 1 && fitting[0]) return fitting[0];
  const names = (fitting.length > 0 ? fitting : all).map((contract) => contract.name).join(', ');
  throw new InputError('E_TARGET', {
    vi: `Không rõ tệp “${fileName}” thuộc bộ dữ liệu nào (${fitting.length} bộ khớp dòng tiêu đề). Nêu rõ bằng --to, một trong: ${names}.`,
    en: `It is not clear which dataset the file “${fileName}” belongs to (${fitting.length} fit its header). Say so with --to, one of: ${names}.`,
  });
}

/** First bytes of a file, byte order mark taken off. */
export async function readSample(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await file.read(buffer, 0, SAMPLE_BYTES, 0);
    const bom = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
    return buffer.subarray(bom, bytesRead);
  } finally {
    await file.close();
  }
}
