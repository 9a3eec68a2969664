/** Tests run the TypeScript sources; the end-to-end suites start the built programs in dist/. */
const transform = {
  '^.+\\.tsx?$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2024',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    },
  ],
};

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  moduleNameMapper: {
    '^@code-router/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['reflect-metadata'],
};

/** One PostgreSQL, NATS and Redis for all tests of a run that need servers. */
const servers = {
  globalSetup: '<rootDir>/test/servers/global-setup.mjs',
  globalTeardown: '<rootDir>/test/servers/global-teardown.mjs',
};

export default {
  testTimeout: 60_000,
  // Most tests wait for servers: both cores of a small machine are worth using. With three at a time nothing is gained,
  // and systems of five processes take minutes to start.
  maxWorkers: 2,
  // Node frees a heap of a gigabyte when it ends, which takes longer than the half second after which Jest suspects that
  // something was left open. What really is left open still shows.
  workerGracefulExitTimeout: 15_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,chaos}/**/*.unit.spec.ts'] },
    {
      ...shared,
      ...servers,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,chaos}/**/*.integration.spec.ts'],
    },
    {
      ...shared,
      ...servers,
      displayName: 'end-to-end',
      testMatch: ['<rootDir>/test/**/*.e2e.spec.ts'],
    },
  ],
};
