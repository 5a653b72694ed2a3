import { z } from 'zod'
import { refang } from '../../core/reading/refang.js'
import type { Row } from '../../model/document.js'
import type { ListFormat } from '../../model/ports.js'
import { inBatches } from '../batches.js'
import { listDate, listDocument, PART_ROWS } from './draft.js'
import { linesOf } from './lines.js'

const Options = z.strictObject({})

/** One value a line; `#`, `;`, `!` and `//` begin a comment. */
export const plain: ListFormat<z.infer<typeof Options>> = {
  name: 'plain',
  summary: 'one value a line, hosts files, adblock rules, `name → address`; # ; ! // begin a comment',
  options: Options,
  async *read(input) {
    async function* rows(): AsyncIterable<Row> {
      for await (const { text } of linesOf(input.bytes, input.name)) {
        const row = rowOfLine(text)
        if (row !== null) yield row
      }
    }
    for await (const part of inBatches(rows(), PART_ROWS))
      yield listDocument(input, part, { id: `list:${input.sha256.slice(0, 32)}`, ...listDate(input) })
  },
}

const FULL_WIDTH = /[\uff01-\uff5e]/
const COMMENT = /(?:^|(?<=\s))(?:[#;!]|\/\/).*$/s
/**
 * `@@||name^` and its like, RPZ's pass-through and its other aliases, and options by which a rule holds somewhere only,
 * say what is not to be blocked; `/…/` and `^…$` are expressions, `/…` paths; a zone begins with its own names.
 */
const NOT_A_VALUE =
  /^(?:@@|\/|\^|\|\||\$(?:TTL|ORIGIN)\b|(?:address|local|server|local-\w+)[=:])|[\\{}]|\s(?:SOA|NS|CNAME)\s/i
/** The name that a line of a resolver's configuration blocks, by its syntax. */
const RULES = [
  /^\|\|([^\s^/]+)\^?(?:\$(?:third-party|important|all|document|popup|,)+)?$/, // adblock: ||name^
  /^(?:address|local|server)=\/([^/\s]+)\/(?:0\.0\.0\.0|127\.0\.0\.1|::1?|#)?$/, // dnsmasq: address=/name/0.0.0.0
  /^local-zone:\s*"([^"\s]+)"\s+(?:always_)?(?:nxdomain|null|nodata|refuse|deny|static|redirect)\s*$/, // Unbound
  /^(?:\*\.)?(\S+)\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+(?:\*?\.|rpz-drop\.)$/i, // RPZ: name CNAME .
]
/** `0.0.0.0 name`, and a resource record's time to live and class. */
const HOSTS = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(?=\S)/
/** All below a name: the name itself is what a list can block. */
const WILDCARD = /^\*\.(?=\S)/
const RECORD = /(?<!\s)\s+(?:\d+\s+)?IN\s+A{1,4}\s+/
/** A URL may hold what parts cells elsewhere; of a page nothing is a cell. */
const WHOLE = /^(?:[a-z*]{2,9}\[?:\]?\/\/[^\s,"]+$|<)/i
const QUOTED_OR_CELL = /"([^"]*)"|[^,;|\t"]+/g
const ENCLOSED = /^[(（「『](.*)[)）」』]$/
const ARROW = /\s*(?:->|→|=>|\s)\s*/

/** The cells of one line of a list, in whichever of the common spellings; null where it holds no value. */
export function rowOfLine(line: string): Row | null {
  if (line.trimStart().startsWith('{')) return rowOfJson(line)
  const text = (FULL_WIDTH.test(line) ? line.normalize('NFKC') : line).replace(COMMENT, '').trim()
  if (text === '') return null
  for (const rule of RULES) {
    const name = rule.exec(text)?.[1]
    if (name !== undefined && !text.startsWith('@@')) return { cells: [name] }
  }
  if (NOT_A_VALUE.test(text)) return null
  return rowOf(cellsOf(refang(text.replace(HOSTS, '').replace(RECORD, ' ').replace(WILDCARD, '')).text))
}

/** Commas and their like part cells, in which spaces are prose; a line without them is parted by spaces and arrows. */
function cellsOf(text: string): string[] {
  if (WHOLE.test(text)) return [text]
  const cells = [...text.matchAll(QUOTED_OR_CELL)].map(([cell, quoted]) => (quoted ?? cell).trim())
  const parted =
    cells.length > 1 ? cells.filter((cell) => !/\S\s+\S/.test(cell)) : (cells[0] ?? '').split(ARROW)
  return parted.map((cell) => cell.replace(ENCLOSED, '$1'))
}

/** Fields under which JSON of this trade keeps a value. */
const FIELDS =
  /^(?:domain|domain_name|host|hostname|fqdn|ip|ip_?address|ipv[46]|url|uri|ioc|indicator|value|observable|md5|sha-?1|sha-?256|sha-?512|hash)$/i

/** A flat JSON object a line; what lies deeper is not looked at. */
function rowOfJson(line: string): Row | null {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return null
  }
  const cells = Object.entries(json as object).flatMap(([key, value]) =>
    FIELDS.test(key) && typeof value === 'string' ? [value] : [],
  )
  return rowOf(cells)
}

function rowOf(all: string[]): Row | null {
  const cells = all.filter((cell) => cell !== '')
  if (cells.length === 0) return null
  return cells.length === 1 ? { cells } : { cells, pairRule: 'row' }
}
