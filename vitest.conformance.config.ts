import { defineConfig } from 'vitest/config'

// Real programs read whole feeds: by hand and in CI. A program that is missing is a failure that says how to install it.
export default defineConfig({
  test: { include: ['test/conformance/**/*.conformance.ts'], testTimeout: 120_000 },
})
