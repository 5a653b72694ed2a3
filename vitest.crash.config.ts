import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/crash/*.crash.ts'], testTimeout: 1_200_000, disableConsoleIntercept: true },
})
