/** The boundaries of the architecture, which `npm run lint` and the tests keep. */

/** Tests, and what only tests use: they may import what they please. */
const TESTS = '(\\.spec\\.ts$|/testing/)';

/** Vite puts what the web app needs into its files; nothing of it is imported when it runs. */
const BUNDLED = '^apps/web/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-plain',
      comment:
        'A domain knows no framework, no database and no transport: only itself, the language, and the libraries that ' +
        'are themselves plain. Declare a port in the domain, and adapt what you need outside of it.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/(?:src|src/.+)/domain/', pathNot: TESTS },
      to: {
        pathNot: ['^apps/$1/(?:src|src/.+)/domain/', '^libs/(money|contracts|batching|api-key|input)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'services-share-only-libraries',
      comment: 'A service is deployed alone. What it wants of another one, it asks by a message.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libraries-know-no-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'contracts-hold-only-messages',
      comment: 'Everybody imports the contracts, so they import next to nothing.',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: TESTS },
      to: { pathNot: ['^libs/contracts/', '^libs/money/'] },
    },
    {
      name: 'libraries-are-imported-by-name',
      comment: "Another library's index says what is meant to be used.",
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'test-support-stays-in-tests',
      comment: 'The launcher of the distributed form starts the same servers and programs as the tests do.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [TESTS, '^libs/testing/', '^apps/standalone/src/distributed'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-development-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [TESTS, BUNDLED] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-knows-only-messages-and-money',
      comment:
        'The browser gets the types of the contracts, and computes amounts with the library that the services use.',
      severity: 'error',
      from: { path: '^apps/web/', pathNot: TESTS },
      to: { path: '^libs/', pathNot: ['^libs/money/', '^libs/contracts/'] },
    },
    {
      name: 'web-takes-only-types-of-contracts',
      severity: 'error',
      from: { path: '^apps/web/', pathNot: TESTS },
      to: { path: '^libs/contracts/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-know-no-other-feature',
      comment: 'What two pages share belongs into src/ui or src/api.',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/', pathNot: TESTS },
      to: { path: '^apps/web/src/features/', pathNot: '^apps/web/src/features/$1/' },
    },
    {
      name: 'pages-are-loaded-when-they-are-opened',
      comment: 'What all pages share must not bring one of them along. Routes import pages with import().',
      severity: 'error',
      from: { path: '^apps/web/src/(app|api|ui|i18n)/', pathNot: TESTS },
      to: { path: '^apps/web/src/features/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'web-is-layered',
      comment: 'ui and api are below the app: what they need of it is given to them.',
      severity: 'error',
      from: { path: '^apps/web/src/(api|ui|i18n|features)/', pathNot: TESTS },
      to: { path: '^apps/web/src/app/.+\\.tsx?$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it, and it imports nothing: it is of no use.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '\\.spec\\.ts$', '/index\\.ts$', '^apps/web/(public|src/.+\\.json)'],
      },
      to: {},
    },
    {
      name: 'every-import-exists',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/.+/node_modules)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count as well: a domain that only names a framework's type depends on it all the same.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
