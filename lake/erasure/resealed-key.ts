// The effect key a version has once its rows are held against a newer suppression list. What its key was made from stands
// in the names of its verdicts.
import type { ObjectStore } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { effectKey } from '../submission/verdict';
import { listVersions } from '../submission/versions';
import { type Member, shortKey } from '../table/record';

/** `<contract version>.<transform>.<state of the lists>.json` */
const VERDICT = /\/(\d+\.\d+\.\d+)\.[^./]+\.([^/]+)\.json$/;

/** First digits of the key under `epoch`; the former ones when nobody can tell what they were made from. */
export async function resealed16(
  member: Member,
  contract: Contract,
  epoch: number,
  control: ObjectStore,
): Promise<string | null> {
  if (member.ek16 === null) return null;
  const version = (await listVersions(control, member.sk)).find((candidate) => candidate.version === member.version);
  if (!version) return member.ek16;
  for (const { key } of await control.list(`verdict/${member.sk}/v/${member.version}/`)) {
    const [, judgedBy = '', lists = ''] = VERDICT.exec(key) ?? [];
    const under = (one: number) => shortKey(effectKey(version, { ...contract, version: judgedBy }, lists, one));
    for (let former = 0; former <= epoch; former++) if (under(former) === member.ek16) return under(epoch);
  }
  return member.ek16;
}
