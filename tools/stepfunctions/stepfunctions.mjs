// What runs and checks state machines without AWS, from the npm registry: an interpreter of Amazon States Language, a
// validator of it, and a Node new enough for them. Lives in `.cache/stepfunctions/<hash>`, made once.
//
//   node tools/stepfunctions/stepfunctions.mjs       prints the folder; status 75 when the registry cannot be reached
import { printWhenCalled } from '../made-once.mjs';
import { ensurePackages } from '../npm-packages.mjs';

printWhenCalled(import.meta.url, () =>
  ensurePackages({
    name: 'stepfunctions',
    packages: { node: '24.9.0', 'aws-local-stepfunctions': '3.0.0', 'asl-validator': '3.16.0' },
    without: 'no state machine is run or linted',
  }),
);
