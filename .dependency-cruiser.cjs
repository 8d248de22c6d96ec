// Who may import whom (docs/tour.md says why). tsPreCompilationDeps keeps type-only imports in view.
const notTo = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to });
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    notTo(
      'lake-is-pure',
      '^lake/',
      { path: '^(platform|cli|bench|lambdas|infra|portal)/', pathNot: '^platform/ports\\.ts$' },
      'lake/ knows no home',
    ),
    notTo(
      'lake-names-ports-only-as-types',
      '^lake/',
      { path: '^platform/ports\\.ts$', dependencyTypesNot: ['type-only'] },
      'effects arrive as arguments',
    ),
    notTo(
      'lake-touches-no-disk',
      '^lake/',
      { path: '^(node:)?(fs|fs/promises|net|http|https|child_process|os|worker_threads)$' },
      'lake/ has no effects of its own',
    ),
    notTo(
      'lake-knows-no-engine',
      '^lake/',
      { path: 'node_modules/(@duckdb|@aws-sdk)/' },
      'engines and clouds live in platform/',
    ),
    notTo(
      'platform-knows-no-caller',
      '^platform/',
      { path: '^(cli|bench|lambdas|infra|portal)/' },
      'platform/ serves every home',
    ),
    notTo(
      'cli-knows-no-function',
      '^cli/',
      { path: '^(lambdas|infra|bench)/', pathNot: '^infra/(names|province-config|controls)\\.ts$' },
      'cli/ and lambdas/ never import each other; infra/ has three pure files for all',
    ),
    notTo(
      'functions-know-no-construct',
      '^lambdas/',
      { path: '^(cli|bench|portal|infra)/', pathNot: '^infra/names\\.ts$' },
      'a function knows names, not stacks',
    ),
    notTo(
      'functions-do-not-know-each-other',
      '^lambdas/([^/]+)/',
      { path: '^lambdas/[^/]+/', pathNot: ['^lambdas/$1/', '^lambdas/shared/'] },
      'what two functions need stands in lambdas/shared/ or in lake/',
    ),
    notTo(
      'stacks-know-no-handler',
      '^infra/',
      { path: '^(platform|cli|bench|portal|lambdas)/', pathNot: '^lambdas/[^/]+/constants\\.ts$' },
      'infra/ names entry paths, and shares constants.ts with a handler',
    ),
    notTo('names-are-pure', '^infra/names\\.ts$', { path: '.' }, 'functions and the command line read it too'),
    notTo(
      'no-orphans',
      '^(lake|platform|cli|lambdas|infra)/',
      // aws-lambda is types alone (@types/aws-lambda), which this tool does not look for.
      { couldNotResolve: true, pathNot: '^aws-lambda$' },
      'every import resolves',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
