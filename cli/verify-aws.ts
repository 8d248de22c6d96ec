// verify --aws: holds a province's lake on AWS against its promises, beside functions at work, and says what mends it there.
import type { Names } from '../infra/names';
import { WAREHOUSE_PREFIX } from '../infra/names';
import { awsVerifiedHome } from '../platform/aws/verified-home';
import { advised, type Mend, type Problem, type VerifyCheck } from '../platform/verify/check';
import { verifyHome } from '../platform/verify/verify';
import type { AwsLake } from './aws-home';

export async function verifyAws(lake: AwsLake, onStep: (name: string) => void): Promise<VerifyCheck[]> {
  const { names, clients, workDir } = lake.aws;
  const home = awsVerifiedHome({
    lake,
    clients,
    curated: names.bucket('curated'),
    database: names.curatedDatabase,
    otherFolders: [WAREHOUSE_PREFIX.replace(/\/$/, '')],
    workDir,
  });
  const look = () => verifyHome(lake, home, onStep);
  const first = await look();
  // What was taken in between two questions looks wrong once, and right the next time.
  const checks = first.every(({ ok }) => ok) ? first : await look();
  return checks.map((one) => advised(one, (problem) => repairOnAws(problem, names)));
}

/** What the function reconcile does on its own. */
const RECONCILED: readonly Mend['kind'][] = ['submission', 'receipt', 'unfinished', 'offers'];

function repairOnAws({ repair = '', mend }: Problem, names: Names): string | undefined {
  const { province } = names.place;
  if (mend && RECONCILED.includes(mend.kind))
    return `aws lambda invoke --function-name ${names.functionName('reconcile')} /dev/stdout`;
  if (mend?.kind === 'data' || mend?.kind === 'past')
    // Former versions stay for a week: one of them is put back by hand.
    return `aws s3api list-object-versions --bucket ${names.bucket('curated')} --prefix ${mend.table}/`;
  if (/^tamgiang (history|erase) /.test(repair)) return `${repair} --aws ${province}`;
  if (repair === 'npm run deploy') return `npm run deploy -- ${province}`;
  return repair === 'tamgiang contract lint' ? repair : undefined;
}
