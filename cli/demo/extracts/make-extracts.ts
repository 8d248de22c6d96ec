// The made-up deliveries of the demo, in the order in which the departments drop them. Pure: the same seed, the same bytes.
import { agencyExtract } from './agencies';
import { dossierExtracts } from './dossier-files';
import type { Extract } from './extract';
import { heritageExtract } from './heritage';
import { ocopExtract } from './ocop';
import { priceExtracts } from './prices';
import { readingExtracts } from './readings';
import { makeRng } from './rng';
import { stationExtract } from './stations';
import { unitExtracts } from './units';

/** About 40 files, under 6 MB; reference lists come first, since the others are judged against them. */
export function makeExtracts(seed: number): readonly Extract[] {
  // Each dataset draws from its own source, so that changing one leaves the others as they were.
  const rng = (dataset: number) => makeRng(seed * 16 + dataset);
  return [
    ...unitExtracts(),
    agencyExtract(),
    stationExtract(),
    ...dossierExtracts(rng(1)),
    ocopExtract(rng(2)),
    ...priceExtracts(rng(3)),
    heritageExtract(rng(4)),
    ...readingExtracts(rng(5)),
  ];
}
