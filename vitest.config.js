import { defineConfig } from 'vitest/config';

// The tests run as they were compiled: the code under test is the very code that ships.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
  },
});
