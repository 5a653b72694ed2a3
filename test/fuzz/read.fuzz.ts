// npm run fuzz: random texts, shaped like what people and adversaries write, through the reader, for FUZZ_SECONDS.
// Any crash, hang or broken property ends it with the text that did it, and the seed to repeat it.
import fc from 'fast-check'
import { it } from 'vitest'
import { properties } from '../core/reading-properties.js'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 60)
const ROUND = 1_000

it(
  `${SECONDS} s of random texts: no crash, no hang, no broken property`,
  () => {
    const until = Date.now() + SECONDS * 1000
    let runs = 0
    while (Date.now() < until)
      for (const property of Object.values(properties)) {
        fc.assert(property as fc.IProperty<unknown>, { numRuns: ROUND })
        runs += ROUND
      }
    console.log(`fuzz: ${runs} texts in ${SECONDS} s`)
  },
  (SECONDS + 60) * 1000,
)
