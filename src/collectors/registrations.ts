import { z } from 'zod'
import { canonicalAddress, canonicalName } from '../core/canonical.js'
import { quote } from '../errors.js'
import type { Instant } from '../model/document.js'
import type { Observable } from '../model/observable.js'
import type { Registration } from '../model/ports.js'
import { line } from './source.js'

const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
const MOST = 50
const Hosts = z.array(z.string().max(255)).max(MOST).nullish()

/** What TweetFeed found out about one registered name. Null: it asked, and was told nothing. */
const Entry = z.object({
  /** When it asked. */
  checked_at: Time,
  created: Time.nullish(),
  registrar: line.max(300).nullish(),
  ns: Hosts,
  ips: Hosts,
})
const Metadata = z.object({ entries: z.record(z.string(), z.unknown()) })

/**
 * TweetFeed's `domainmeta.json`: of each name registered that its posts of the last month hold, what RDAP and DNS told.
 * One entry that cannot be read is passed over; where the whole is another document than this, nothing of it is taken.
 */
export function readRegistrations(
  bytes: Uint8Array,
  { name, source, retrievedAt }: { name: string; source: string; retrievedAt: Instant },
): { found: Registration[]; notices: string[] } {
  const entries = entriesOf(bytes)
  if (entries === null)
    return {
      found: [],
      notices: [`${name}: no JSON object with \`entries\`: nothing known of registrations`],
    }
  const odd: string[] = []
  const found = entries.flatMap(([key, value]) => {
    const entry = Entry.safeParse(value)
    if (!entry.success) odd.push(key)
    // A file name that looked like a host stands there too.
    const domain = canonicalName(key)?.value
    if (!entry.success || domain === undefined) return []
    const { checked_at: checkedAt, created, registrar, ns, ips } = entry.data
    const told = {
      registeredAt: created ?? null,
      registrar: registrar || null,
      nameServers: canonical(ns, canonicalName),
      addresses: canonical(ips, canonicalAddress),
    }
    const isEmpty = Object.values(told).every((one) => one === null || one.length === 0)
    return isEmpty ? [] : [{ domain, source, checkedAt, retrievedAt, ...told }]
  })
  const notices =
    odd.length > 0
      ? [`${name}: ${odd.length} of ${entries.length} entries cannot be read, the first: ${quote(odd[0])}`]
      : []
  return { found, notices }
}

function entriesOf(bytes: Uint8Array): [string, unknown][] | null {
  try {
    const metadata = Metadata.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return metadata.success ? Object.entries(metadata.data.entries) : null
  } catch {
    return null
  }
}

/** Each once, in one order and one spelling: whoever was asked answers in capitals, or with a dot at the end. */
const canonical = (texts: string[] | null | undefined, read: (text: string) => Observable | null): string[] =>
  [...new Set((texts ?? []).flatMap((text) => read(text)?.value ?? []))].sort()
