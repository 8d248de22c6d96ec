// Makes a home whose dossier table has a long past, by our own commits, one submission each.
import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { tableDefinition } from '../../lake/contract/types';
import { writerEpoch } from '../../lake/submission/verdict';
import { commit } from '../../lake/table/commit';
import { tablePorts } from '../../lake/table/transact';
import { createHome } from '../../platform/local/home';
import { effectKeyOf, placeOf, shapeNames } from '../data/places';
import { makeTemplate, placeFile } from '../data/sealed';
import { dossierContract } from './convert';

const inputShape = z.object({ dir: z.string(), commits: z.number(), shape: z.enum(shapeNames), rows: z.number() });

/** Answers the seconds it took. */
export async function agedTableJob(input: unknown, root: string): Promise<{ readonly seconds: number }> {
  const { dir, commits, shape, rows } = inputShape.parse(input);
  await mkdir(dir, { recursive: true });
  // A made-up past need not survive a power cut; without this, making it takes five times as long.
  Object.assign(fs, { fsync: (_handle: number, done: (error: null) => void) => done(null) });
  syncBuiltinESMExports();
  const started = performance.now();
  const home = await createHome(join(dir, 'home'));
  const contract = dossierContract(root);
  const table = tableDefinition(contract);
  const template = await makeTemplate(root, dir, rows);
  const ports = tablePorts(home);
  for (let nth = 0; nth < commits; nth++) {
    const place = placeOf(shape, nth, commits);
    const effectKey = effectKeyOf(place.submission);
    const file = placeFile(home, contract.dataset, template, place, effectKey);
    const effect = {
      submission: place.submission,
      version: '000001-made-up',
      effectKey,
      op: 'put' as const,
      rowsIn: rows,
      rowsAccepted: rows,
      rowsRejected: 0,
      add: [file],
    };
    await commit({ table, effects: [effect], writerEpoch: writerEpoch(contract) }, ports);
  }
  return { seconds: (performance.now() - started) / 1000 };
}
