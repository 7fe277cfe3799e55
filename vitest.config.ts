import { defineConfig } from 'vitest/config';

/** `unit` boots nothing and takes seconds. `integration` uses real packages, machines and browsers. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**'],
          // Most of the time is other programs': as many files at a time as there are CPUs, not one less.
          maxWorkers: '100%',
          // A busy host is no failure.
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/integration/setup.ts'],
          // They use the real mirror anyway.
          env: { REPRO_TEST_NETWORK: '1' },
          // Machines share two cores: one file at a time.
          fileParallelism: false,
          // The first to need a kubelet builds it. A busy host is no failure.
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
