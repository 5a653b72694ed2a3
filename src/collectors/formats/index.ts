import { FeedError } from '../../errors.js'
import type { ListFormat, OpenFile } from '../../model/ports.js'
import { csv } from './csv.js'
import { textOf } from './encoding.js'
import { jpcert } from './jpcert.js'
import { jsonl } from './jsonl.js'
import { maltrail } from './maltrail.js'
import { misp } from './misp.js'
import { plain } from './plain.js'
import { sekoia } from './sekoia.js'
import { stix } from './stix.js'
import { teamCymru } from './team-cymru.js'
import { tweetfeed } from './tweetfeed.js'
import { xArchive } from './x-archive.js'

/** Every list format, by name. One line adds one. */
export const formats: ListFormat[] = [
  plain,
  csv,
  teamCymru,
  maltrail,
  tweetfeed,
  sekoia,
  jpcert,
  xArchive,
  stix,
  misp,
  jsonl,
] as ListFormat[]

/**
 * A format and its checked options.
 * @throws {FeedError} `usage` for an unknown name, `config` for wrong options
 */
export function formatOf(name: string, options: unknown = {}): { format: ListFormat; options: unknown } {
  const format = formats.find((one) => one.name === name)
  if (!format)
    throw new FeedError(
      'usage',
      `unknown format ${JSON.stringify(name)}; known: ${formats.map((one) => one.name).join(', ')}`,
    )
  const parsed = format.options.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new FeedError(
      'config',
      `options of format ${name}: ${issue!.path.join('.') || 'options'}: ${issue!.message}`,
    )
  }
  return { format, options: parsed.data }
}

const LOOKS: [string, RegExp][] = [
  ['x-archive', /^\s*window\.YTD\.(?:tweets?|note_tweet)\.part\d+\s*=/],
  // A bundle may end with its type; STIX 1 gets its answer from the format.
  [
    'stix',
    /"type"\s*:\s*"bundle"|"id"\s*:\s*"bundle--|^\s*\{?\s*"(?:more|objects)"\s*:|<stix:STIX_Package\b/,
  ],
  ['misp', /^[\s[{]*"(?:response|Event)"\s*:/],
  ['jsonl', /^\s*\{/],
  ['team-cymru', /^domain,ip_address,last_seen$/],
  ['sekoia', /^type,ioc,comment$/],
  ['jpcert', /^date,URL,description$/],
  ['maltrail', /^# (?:Copyright \(c\) .*Maltrail|Reference: |Aliases: )/],
  ['tweetfeed', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,[^,]*,(?:ip|url|domain|md5|sha1|sha256),/],
]

/** The format a text looks like, by its beginning; null where nothing fits and `--format` must say. */
export function guessFormat(head: string): string | null {
  const lines = head.split(/\r?\n/)
  const looks = LOOKS.find(([, look]) => lines.some((line) => look.test(line)))
  if (looks) return looks[0]
  const first = lines.find((line) => line.trim() !== '' && !/^\s*[#;!]/.test(line))
  return first !== undefined && !/[,\t]/.test(first) ? 'plain' : null
}

const HEAD = 4_096

/**
 * The same of a file.
 * @throws {FeedError} `input` where it is empty or no text
 */
export async function guessFormatOf(file: OpenFile): Promise<string | null> {
  let head = ''
  for await (const text of textOf(file.bytes(), file.name)) {
    head += text
    if (head.length >= HEAD) break
  }
  if (head === '') throw new FeedError('input', `${file.name}: empty`)
  return guessFormat(head.slice(0, HEAD))
}
