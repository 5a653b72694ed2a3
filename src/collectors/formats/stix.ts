import { z } from 'zod'
import { FeedError, quote } from '../../errors.js'
import type { ListFormat, ListInput } from '../../model/ports.js'
import { inParts, rowOrNull } from './draft.js'
import { ForeignPart } from './stix-foreign.js'
import { OwnPart } from './stix-own.js'
import { PatternError, type PatternReading, readPattern } from './stix-pattern.js'
import { graphOf, type StixIndicator } from './stix-shapes.js'

const Options = z.strictObject({})

/** What is passed over on purpose, and how often. */
interface PassedOver {
  revoked: number
  otherLanguage: number
  inexact: number
  nameless: number
}

/**
 * STIX 2.0 and 2.1. Of others, each indicator is a document by its author and of its day. What we published ourselves,
 * whoever hands it on, is no evidence: it may only be restored.
 */
export const stix: ListFormat<z.infer<typeof Options>> = {
  name: 'stix',
  summary: 'a STIX 2.0 or 2.1 bundle, or a TAXII 2.1 envelope: indicators, and pairs of names and addresses',
  options: Options,
  async *read(input) {
    const graph = await graphOf(input)
    const own = new OwnPart(input, graph)
    const foreign = new ForeignPart(input, graph)
    const passed: PassedOver = { revoked: 0, otherLanguage: 0, inexact: 0, nameless: 0 }
    for (const indicator of graph.indicators) {
      const reading = rowOrNull(input, () => readIndicator(indicator, input, passed))
      if (reading !== null && !own.takes(indicator, reading)) foreign.add(indicator, reading)
    }
    if (graph.indicators.length === 0 && graph.ids.size > 0)
      input.notice('no indicators in it: what was only observed is context')
    sayPassedOver(passed, input)
    const restored = await own.documents()
    for (const document of [...foreign.documents((one) => own.isMade(one)), ...restored])
      yield* inParts(document)
  },
}

/** Null for what is passed over. @throws {FeedError} `input` for a pattern that is none */
function readIndicator(
  { id, pattern, pattern_type, revoked }: StixIndicator,
  { name }: ListInput,
  passed: PassedOver,
): PatternReading | null {
  if (revoked) passed.revoked++
  else if ((pattern_type ?? 'stix') !== 'stix') passed.otherLanguage++
  if (revoked || (pattern_type ?? 'stix') !== 'stix') return null
  try {
    const reading = readPattern(pattern)
    if (reading.inexact > 0) passed.inexact++
    else if (reading.values.length === 0) passed.nameless++
    return reading
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new FeedError('input', `${name}: ${quote(id)}: pattern: ${error.message}`)
  }
}

function sayPassedOver(
  { revoked, otherLanguage, inexact, nameless }: PassedOver,
  { notice }: ListInput,
): void {
  if (revoked > 0) notice(`${revoked} revoked indicators passed over`)
  if (otherLanguage > 0)
    notice(`${otherLanguage} indicators passed over: their pattern is not in STIX's language`)
  if (inexact > 0)
    notice(
      `of ${inexact} indicators what compares otherwise than by equality was passed over: negations, expressions, ranges`,
    )
  if (nameless > 0) notice(`${nameless} indicators passed over: they name no name, address, URL or hash`)
}
