import { defineConfig } from 'vitest/config'

// Long runs by hand and in CI; `npm test` leaves them out.
export default defineConfig({ test: { include: ['test/fuzz/*.fuzz.ts'] } })
