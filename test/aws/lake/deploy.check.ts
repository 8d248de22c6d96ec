// The deployment itself: first with a commit that cannot start, which must be said and end before governance; then again, as
// one does once it is mended.
import assert from 'node:assert/strict';
import type { Names } from '../../../infra/names';
import { InputError } from '../../../lake/errors';
import type { Bench } from '../bench';
import { packageDifference, runnablePackage } from './assembly';
import type { EmulatedDeployment } from './deployment';

type Check = (name: string, body: () => Promise<unknown>) => Promise<boolean>;

export interface DeploymentRoom {
  readonly root: string;
  readonly names: Names;
  readonly deployment: EmulatedDeployment;
}

/** Commit's package has nothing that could be called. */
export const breakCommit = (bench: Bench, names: Names) =>
  bench.functions.change(names.functionName('commit'), { handler: 'main.nothing' });

/** @param room its commit is broken @returns what the functions run on; undefined: not deployed */
export async function checkDeployment(
  check: Check,
  { root, names, deployment }: DeploymentRoom,
): Promise<Bench | undefined> {
  const governance = names.stack('governance');
  const { commitDead } = names.queue;

  await check(
    'deploy, with a commit that cannot start: it says where the requests lie, and leaves governance',
    async () => {
      const error = await deployment.run().catch((thrown: unknown) => thrown);
      assert.ok(error instanceof InputError, String(error));
      assert.equal(error.code, 'E_REGISTER');
      assert.match(error.message, new RegExp(commitDead));
      assert.ok(!deployment.stacks().includes(governance));
      const { queues } = deployment.bench();
      assert.equal(await queues.depth(commitDead), 3);
      for (
        let left = await queues.receive(commitDead, 10);
        left.length > 0;
        left = await queues.receive(commitDead, 10)
      )
        for (const message of left) await queues.delete(commitDead, message);
      return `${deployment.stacks().length} stacks, 3 requests dead`;
    },
  );

  const isDeployed = await check(
    'deploy again: every resource is created, tables are registered before governance',
    async () => {
      const { functions } = deployment.bench();
      const commit = deployment.functions().find(({ FunctionName }) => FunctionName === names.functionName('commit'));
      assert.ok(commit);
      await functions.change(commit.FunctionName, { handler: commit.Handler });
      const from = functions.invocations.length;
      const { status, lines } = await deployment.run();
      assert.equal(status, 0);
      assert.equal(deployment.stacks().at(-1), governance);
      assert.ok(lines.at(-1)?.includes(names.bucket('open')), lines.join('\n'));
      for (const [what, why] of deployment.leftOut())
        process.stdout.write(`        written down only: ${what}: ${why}\n`);
      const { created, recorded } = deployment.counts();
      const coldStart = Math.round(functions.invocations[from]?.initMs ?? 0);
      return `${created} created, ${recorded} written down only; cold start of commit ${coldStart} ms`;
    },
  );
  if (!isDeployed) return undefined;

  await check('what runs here is what is deployed, but for the processor', async () => {
    for (const one of deployment.functions()) {
      const deployed = deployment.packageOf(one);
      assert.ok(deployed, `${one.FunctionName} has no package`);
      assert.deepEqual(packageDifference(deployed, runnablePackage(root, one, names.base)), [], one.FunctionName);
    }
    return `${deployment.functions().length} functions`;
  });
  return deployment.bench();
}
