import { defineConfig } from 'vitest/config'

// The consumers' own programs read our files. They are not everybody's, so `npm test` leaves this out; where one is
// missing, it fails and says what to install.
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.conformance.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
