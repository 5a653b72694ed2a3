import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { FeedError } from '../errors.js'
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

/** @throws {FeedError} `input` naming the file that is not ours */
async function readState(read: ReadFile): Promise<PublishedState> {
  const parsed = async <T>(
    path: string,
    schema: z.ZodType<T>,
    raw: (text: string) => unknown,
  ): Promise<T[]> => {
    const text = await read(path)
    if (text === null) return []
    try {
      return z.array(schema).parse(raw(text))
    } catch (error) {
      throw new FeedError('input', `feeds/${path}: not as moqhao-feed writes it; restore it from git`, {
        cause: error,
      })
    }
  }
  const rows = (text: string): unknown => parse(text, { columns: true })
  return {
    indicators: await parsed('indicators.json', PublishedIndicator, JSON.parse),
    quarantine: await parsed('quarantine.csv', PublishedQuarantine, rows),
    delisted: await parsed('delisted.csv', PublishedDelisting, rows),
  }
}
