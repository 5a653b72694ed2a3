import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { FeedError } from '../errors.js'
import { ObservableType, observableKey } from '../model/observable.js'
import {
  PublishedDelisting,
  PublishedIndicator,
  PublishedQuarantine,
  type PublishedState,
} from '../model/published.js'
import type { Git } from './git.js'

/** A file of a published folder by its path; null: it is not there. */
type ReadFile = (path: string) => Promise<string | null>

export const stateInFolder = (root: string): Promise<PublishedState> =>
  readState(async (path) => {
    const file = join(root, path)
    return existsSync(file) ? readFileSync(file, 'utf8') : null
  })

/** As committed last. @param folder relative to that of `git` */
export const stateInHead = (git: Git, folder: string): Promise<PublishedState> =>
  readState((path) => git.show('HEAD', `${folder}/${path}`))

const Value = z.object({ type: ObservableType, value: z.string() })
const IndicatorRow = Value.extend({
  status: PublishedIndicator.shape.status,
  last_reported: z.string(),
  last_seen: z.string(),
})
const SightingRow = Value.extend({ document: z.string(), reporter: z.string(), url: z.string() })

/**
 * Reads the tables only: git holds them, and not what follows from the same.
 * @throws {FeedError} `input` naming the file that is not ours
 */
async function readState(read: ReadFile): Promise<PublishedState> {
  const rows = async <T>(path: string, schema: z.ZodType<T>): Promise<T[]> => {
    const text = await read(path)
    if (text === null) return []
    try {
      return z.array(schema).parse(parse(text, { columns: true }))
    } catch (error) {
      throw new FeedError('input', `feeds/${path}: not as moqhao-feed writes it; restore it from git`, {
        cause: error,
      })
    }
  }
  const evidence = new Map<string, PublishedIndicator['evidence']>()
  for (const { document, reporter, url, ...of } of await rows('sightings.csv', SightingRow)) {
    const known = evidence.get(observableKey(of)) ?? []
    evidence.set(observableKey(of), known)
    known.push({ document, reporter, url: url || null })
  }
  const indicators = await rows('indicators.csv', IndicatorRow)
  return {
    indicators: indicators.map((one) => ({
      ...one,
      last_seen: one.last_seen || null,
      evidence: evidence.get(observableKey(one)) ?? [],
    })),
    quarantine: await rows('quarantine.csv', PublishedQuarantine),
    delisted: await rows('delisted.csv', PublishedDelisting),
  }
}
