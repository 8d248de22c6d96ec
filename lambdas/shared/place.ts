// Where this function is: the place from its one variable, and every name made from it.
import { z } from 'zod';
import { type Names, names, PLACE_VARIABLE, STAGES } from '../../infra/names';
import { FaultError } from '../../lake/errors';

const shape = z.object({
  province: z.string().min(1),
  stage: z.enum(STAGES),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
});

/** @throws FaultError F_PLACE */
export function namesOf(environment: NodeJS.ProcessEnv): Names {
  try {
    return names(shape.parse(JSON.parse(environment[PLACE_VARIABLE] ?? '')));
  } catch (cause) {
    throw new FaultError('F_PLACE', `The variable ${PLACE_VARIABLE} does not say where this function is.`, { cause });
  }
}
