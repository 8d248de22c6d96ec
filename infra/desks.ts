// Where people and machines ask: one Athena workgroup, one role and one folder of answers each, for every persona and for every
// agency, so that nobody finds the answers another got. Pure.
import type { Reader } from './grants';
import type { LakeContext } from './lake-context';
import { PERSONAS, type Persona } from './names';

export interface Desk {
  /** Last part of every name made of it, for example `analyst` or `agency-so_noi_vu`. */
  readonly id: string;
  /** Name of the workgroup and of the role. */
  readonly name: string;
  /** Of the role. */
  readonly arn: string;
  /** Prefix of the results bucket. */
  readonly results: string;
  /** What it reads of the datasets; undefined: marts and figures alone, or nothing. */
  readonly reader?: Reader;
  /** Marts, figures and views of the warehouse database. */
  readonly readsWarehouse: boolean;
  /** Accounts and roles outside that may take the role, besides the province's own sign-in. */
  readonly trusted: readonly string[];
}

const READERS: Readonly<Record<Persona, Reader | undefined>> = {
  analyst: 'analyst',
  steward: 'steward',
  engine: 'engine',
  leader: undefined,
  auditor: undefined,
};

export function desks({ config, names }: Pick<LakeContext, 'config' | 'names'>): readonly Desk[] {
  const personas = PERSONAS.map((persona): Desk => {
    const reader = READERS[persona];
    return {
      id: persona,
      name: names.workgroup(persona),
      arn: names.roleArn(persona),
      results: `results/${persona}/`,
      ...(reader === undefined ? {} : { reader }),
      readsWarehouse: persona !== 'auditor',
      trusted: [],
    };
  });
  const agencies = config.agencies.map(
    ({ id, trusted }): Desk => ({
      id: `agency-${id}`,
      name: names.agency(id),
      arn: names.roleArn(`agency-${id}`),
      results: `results/agency-${id}/`,
      reader: { agency: id },
      readsWarehouse: true,
      trusted,
    }),
  );
  return [...personas, ...agencies];
}

/** The desk of a persona. */
export function desk(lake: Pick<LakeContext, 'config' | 'names'>, persona: Persona): Desk {
  return desks(lake).find(({ id }) => id === persona)!;
}
