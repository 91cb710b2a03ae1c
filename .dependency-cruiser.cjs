/** The direction in which the code may look. See docs/adr/0002. */
const inContext = '^functions/([^/]+)/'
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.(json|d\\.ts|cjs)$', '^[^/]+\\.ts$', '^test/.*\\.test\\.ts$'] },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'shared-knows-no-context',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra|test)/' },
    },
    {
      name: 'nothing-depends-on-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'contexts-meet-at-public',
      severity: 'error',
      from: { path: inContext },
      to: { path: inContext, pathNot: ['^functions/$1/', '/public\\.ts$'] },
    },
    {
      name: 'model-is-pure',
      severity: 'error',
      from: { path: '^functions/[^/]+/(model|transitions|events)\\.ts$' },
      to: {
        path: [
          '^node_modules/@aws-sdk',
          '^node_modules/nodemailer',
          '^shared/(dynamo|http|queue|env|replies|request)\\.ts$',
          '/(store|api|use-cases)\\.ts$',
        ],
      },
    },
    {
      name: 'use-cases-know-no-aws',
      severity: 'error',
      from: { path: '^functions/[^/]+/use-cases\\.ts$' },
      to: {
        path: [
          '^node_modules/@aws-sdk',
          '^shared/(dynamo|http|queue|env|request)\\.ts$',
          '/(store|api)\\.ts$',
        ],
      },
    },
    {
      name: 'contract-knows-model-only',
      severity: 'error',
      from: { path: '/contract\\.ts$' },
      to: {
        path: [
          '/(store|api|use-cases)\\.ts$',
          '^shared/(dynamo|http|queue|env)\\.ts$',
          '^node_modules/@aws-sdk',
        ],
      },
    },
    {
      name: 'infra-imports-no-behaviour',
      severity: 'error',
      // The runner and the operator's publish command run functions; the stack only describes them.
      from: { path: '^infra/', pathNot: '^infra/(local/|publish\\.ts$)' },
      to: {
        path: '^functions/',
        pathNot: '/(contract|events|table|env|entries|contracts)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'functions-know-no-infra',
      severity: 'error',
      from: { path: '^(functions|shared)/' },
      to: { path: '^infra/' },
    },
    {
      name: 'no-dev-dependencies-in-production',
      severity: 'error',
      from: { path: '^(functions|shared)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
