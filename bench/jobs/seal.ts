// Prepares submissions for a home that is there: files in place, versions listed, verdicts given.

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { createHome } from '../../platform/local/home';
import { makeTemplate, saveEffects, sealOne } from '../data/sealed';

const placeShape = z.object({ submission: z.string(), period: z.string() });
const inputShape = z.object({ dir: z.string(), out: z.string(), rows: z.number(), places: z.array(placeShape) });

export async function sealJob(input: unknown, root: string): Promise<{ readonly sealed: number }> {
  const { dir, out, rows, places } = inputShape.parse(input);
  const home = await createHome(dir);
  const folder = dirname(out);
  await mkdir(folder, { recursive: true });
  const template = await makeTemplate(root, folder, rows);
  const effects = [];
  for (const place of places) effects.push(await sealOne(home, root, template, place));
  await saveEffects(out, effects);
  return { sealed: effects.length };
}
