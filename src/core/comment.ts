import { type Instant, isUpperBound } from '../model/document.js'
import type { Report } from '../model/snapshot.js'

/** What a comment says of one report. */
export interface Credit {
  reporter: string
  publishedAt: Instant
  /** It was published then or before. */
  isUpperBound: boolean
  url: string | null
  document: string
  source: string
}

/** Bytes; a comment in MISP (MySQL's TEXT) holds 65,535. */
const MOST = 60_000

/**
 * One line a report, in the order given, as `creditsIn` reads it back:
 * `Reported by NAME, 2021-06-29T12:00:00.000Z, URL (document id from source)`, without the URL where there is none, and
 * with `no later than ` before a time that is only an upper bound.
 */
export function commentOf(reports: Report[]): string {
  let comment = ''
  let bytes = 0
  for (const line of new Set(reports.map(lineOf))) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > MOST) break
    comment += comment === '' ? line : `\n${line}`
  }
  return comment
}

function lineOf(report: Report): string {
  const { reporter, publishedAt, url, document, source } = report
  const link = url !== null && WEB.test(url) ? `, ${url.replace(BLANK, encodeURIComponent)}` : ''
  const id = document.replace(BLANK_OR_PERCENT, encodeURIComponent)
  const bound = isUpperBound(report) ? 'no later than ' : ''
  return `Reported by ${oneLine(reporter.name)}, ${bound}${publishedAt}${link} (${id} from ${source})`
}

/** The reports that a comment tells of; lines that are none of ours are passed over. */
export const creditsIn = (comment: string): Credit[] =>
  comment.split('\n').flatMap((line) => creditOf(line) ?? [])

function creditOf(line: string): Credit | null {
  const [, reporter, bound, publishedAt, url, id, source] = LINE.exec(line) ?? []
  const document = id === undefined ? null : decoded(id)
  if (!reporter || !publishedAt || !source || document === null) return null
  return { reporter, publishedAt, isUpperBound: bound !== undefined, url: url ?? null, document, source }
}

/** Nothing behind the name holds a blank but where it stands here: whatever the name is, the line is read one way. */
const LINE =
  /^Reported by (.+), (no later than )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?:, (https?:\/\/\S+))? \((\S+) from ([a-z0-9-]+)\)$/u
const WEB = /^https?:\/\//
const BLANK = /[\s\p{Cc}]/gu
const BLANK_OR_PERCENT = /[\s\p{Cc}%]/gu

const oneLine = (name: string): string => name.replace(/[\s\p{Cc}]+/gu, ' ').trim()

/** Null where it is no percent-encoding. */
function decoded(id: string): string | null {
  try {
    return decodeURIComponent(id)
  } catch {
    return null
  }
}
