// What an account can have once a Region: GuardDuty, Security Hub, an Access Analyzer of the account. One that somebody else
// has switched on makes the deployment of a province's own fail in its last stack, so it is asked for before.
import { z } from 'zod';
import type { Bilingual } from '../../lake/errors';
import type { Account, FoundResource } from './account';
import type { Checked, Wanted } from './readiness';

interface Detector {
  /** In `existing` of a province's YAML. */
  readonly key: string;
  readonly name: Bilingual;
  /** Of CloudFormation. */
  readonly type: string;
  /** Lists what there is. */
  readonly list: string;
  /** Takes it away. */
  readonly remove: (id: string) => string;
  /** Stands in the way of ours; absent: any does. */
  readonly collides?: (found: FoundResource) => boolean;
}

const analyzerShape = z.object({ Type: z.string() });

export const DETECTORS: readonly Detector[] = [
  {
    key: 'guardDuty',
    name: { vi: 'GuardDuty', en: 'GuardDuty' },
    type: 'AWS::GuardDuty::Detector',
    list: 'aws guardduty list-detectors',
    remove: (id) => `aws guardduty delete-detector --detector-id ${id}`,
  },
  {
    key: 'securityHub',
    name: { vi: 'Security Hub', en: 'Security Hub' },
    type: 'AWS::SecurityHub::Hub',
    list: 'aws securityhub describe-hub',
    remove: () => 'aws securityhub disable-security-hub',
  },
  {
    key: 'accessAnalyzer',
    name: { vi: 'Access Analyzer', en: 'Access Analyzer' },
    type: 'AWS::AccessAnalyzer::Analyzer',
    list: 'aws accessanalyzer list-analyzers',
    // Its id is an ARN that ends in the name.
    remove: (id) => `aws accessanalyzer delete-analyzer --analyzer-name ${id.split('/').at(-1)}`,
    // Those of the organisation, and those that look for unused access, are counted apart.
    collides: ({ properties }) => (analyzerShape.safeParse(properties).data?.Type ?? 'ACCOUNT') === 'ACCOUNT',
  },
];

/** A list of pairs or a map, as the type has it. */
const tagged = z.object({
  Tags: z
    .union([
      z
        .array(z.object({ Key: z.string(), Value: z.string() }))
        .transform((tags) => new Map(tags.map(({ Key, Value }) => [Key, Value]))),
      z.record(z.string(), z.string()).transform((tags) => new Map(Object.entries(tags))),
    ])
    .default(() => new Map()),
});

/** Every resource of a stack of ours carries its province and stage. */
function isOurs({ properties }: FoundResource, { province, stage }: Wanted): boolean {
  const tags = tagged.safeParse(properties).data?.Tags;
  return tags?.get('project') === 'tam-giang' && tags.get('province') === province && tags.get('stage') === stage;
}

const ofOthers: Checked = {
  ok: true,
  detail: { vi: 'của bên khác, như “existing” đã ghi', en: 'somebody else’s, as “existing” says' },
};

const notThere = (key: string, { province }: Wanted): Checked => ({
  ok: false,
  detail: {
    vi: `“existing” có ghi ${key} nhưng tài khoản không có của bên khác: sẽ không có gì canh`,
    en: `“existing” names ${key}, but the account has none of anybody else’s: nothing would watch`,
  },
  next: `take ${key} out of “existing” in infra/provinces/${province}.yaml`,
});

export async function checkDetector(detector: Detector, wanted: Wanted, account: Account): Promise<Checked> {
  const { key, type, remove, collides = () => true } = detector;
  const all = await account.resources(type);
  if (wanted.existing.includes(key)) return all.some((one) => !isOurs(one, wanted)) ? ofOthers : notThere(key, wanted);
  const found = all.filter(collides);
  const foreign = found.find((one) => !isOurs(one, wanted));
  if (!foreign)
    return {
      ok: true,
      detail:
        found.length === 0
          ? { vi: 'chưa có; sẽ được tạo', en: 'not there yet; will be made' }
          : { vi: 'của tỉnh này', en: 'of this province' },
    };
  const { id } = foreign;
  return {
    ok: false,
    detail: {
      vi: `${id} đã được bật, không phải do bản triển khai này; AWS không nhận cái thứ hai. Nếu là của tổ chức cấp trên: giữ nguyên, ghi ${key} vào “existing” trong tệp của tỉnh`,
      en: `${id} is on already and not of this deployment; AWS takes no second one. If it is your organisation's: leave it, and name ${key} in “existing” of the province's file`,
    },
    next: `${remove(id)} --region ${wanted.region}`,
  };
}
