// Writes a file of made-up dossiers.
import { z } from 'zod';
import { writeDossiers } from '../data/dossiers';

const inputShape = z.object({ path: z.string(), rows: z.number(), seed: z.number(), badShare: z.number() });

export async function dossiersJob(input: unknown): Promise<void> {
  const { path, ...file } = inputShape.parse(input);
  await writeDossiers(path, file);
}
