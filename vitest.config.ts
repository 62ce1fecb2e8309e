import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    environment: 'node',
    // Processes, not threads: a native addon or a worker thread that goes wrong must not take other tests with it.
    pool: 'forks',
    maxWorkers: '100%',
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    coverage: { provider: 'v8', include: ['server/**', 'importer/**', 'schemas/**', 'keys/**'] },
  },
})
