// What a change of the templates would take away: a resource that holds data, keys or messages and would be deleted, replaced
// or, for a Glue table, set back. Made of goldens (golden.ts), so that two commits can be compared without a synthesis. Pure.
import { parseGolden } from './golden';

/** Types that hold something, with the properties whose change makes CloudFormation replace the resource (AWS reference, "Update requires: Replacement"). */
const HOLDS: Readonly<Record<string, { readonly what: string; readonly replacedBy: readonly string[] }>> = {
  'AWS::S3::Bucket': { what: 'bucket', replacedBy: ['BucketName'] },
  'AWS::S3::BucketPolicy': { what: 'policy of a bucket', replacedBy: [] },
  'AWS::KMS::Key': { what: 'key', replacedBy: ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'] },
  'AWS::Glue::Database': { what: 'Glue database', replacedBy: ['DatabaseInput.Name', 'DatabaseName'] },
  'AWS::Glue::Table': { what: 'Glue table', replacedBy: ['DatabaseName', 'TableInput.Name'] },
  'AWS::Logs::LogGroup': { what: 'log', replacedBy: ['LogGroupName'] },
  'AWS::SQS::Queue': { what: 'queue', replacedBy: ['FifoQueue', 'QueueName'] },
  'AWS::SNS::Topic': { what: 'topic with its subscribers', replacedBy: ['FifoTopic', 'TopicName'] },
  'AWS::Athena::WorkGroup': { what: 'workgroup with its history', replacedBy: ['Name'] },
  'AWS::CloudTrail::Trail': { what: 'trail', replacedBy: ['TrailName'] },
};

export interface Loss {
  /** Logical id of the resource. */
  readonly id: string;
  /** One sentence that names it and says what would happen. */
  readonly text: string;
}

const DELETION = '(deletion)';

/** `Retain`, or `RetainExceptOnCreate`. */
const outlives = (lines: ReadonlyMap<string, string>): boolean => lines.get(DELETION)?.startsWith('Retain') === true;
/** What CloudFormation tells the service: all but what is to become of it with its stack. */
const told = (lines: ReadonlyMap<string, string>): string =>
  JSON.stringify([...lines].filter(([path]) => path !== DELETION));

export function lostState(before: string, after: string): readonly Loss[] {
  const now = parseGolden(after);
  return [...parseGolden(before)].flatMap(([id, { type, lines }]) => {
    const holds = HOLDS[type];
    if (holds === undefined) return [];
    const next = now.get(id);
    const called = holds.replacedBy.filter((path) => path.endsWith('Name')).flatMap((path) => lines.get(path) ?? []);
    const lost = (what: string): Loss => ({ id, text: `${holds.what} ${[id, ...called].join(' ')} would ${what}` });
    if (next === undefined) return [lost('be deleted')];
    if (next.type !== type) return [lost(`be replaced: its type changes from ${type} to ${next.type}`)];
    const changed = holds.replacedBy.filter((path) => lines.get(path) !== next.lines.get(path));
    if (changed.length > 0)
      return changed.map((path) =>
        lost(`be replaced: ${path} changes from ${lines.get(path)} to ${next.lines.get(path)}`),
      );
    if (outlives(lines) && !outlives(next.lines)) return [lost('no longer outlive its stack')];
    // An update puts Glue's table back to what the template says, without the pointer to its metadata (decision 0009).
    if (type === 'AWS::Glue::Table' && told(lines) !== told(next.lines))
      return [lost('be set back to the template, losing its pointer to the metadata')];
    return [];
  });
}
