import type { Document, Row } from '../model/document.js'
import { isAddress, type Observable } from '../model/observable.js'
import type { Observation, Reading, Role } from '../model/observation.js'
import type { Profile } from '../model/profile.js'
import { canonicalHash, canonicalHost, canonicalUrl, hostOfUrl } from './canonical.js'
import { pairsOfRow, pairsOfText } from './pairs.js'
import { refang } from './reading/refang.js'
import { readText } from './reading/text.js'
import { withSections } from './sections.js'
import { isFamily, wordsOf } from './signals.js'
import { ELIDED, portOf, roleOfUrl } from './spelling.js'

/** Reads a document of either kind. Pure; linear in its length. */
export function read(document: Document, profile: Profile): Reading {
  const { body } = document
  if ('text' in body) {
    const found = readText(body.text)
    const signals = wordsOf(profile, document.tags, body.text)
    const observations = withSections(
      profile,
      body.text,
      withDeadDrops(profile, found),
      signals.filter(isFamily),
    )
    return {
      observations,
      pairs: pairsOfText(body.text, observations),
      signals,
      unread: 0,
    }
  }
  const rows = body.rows.map((row) => ({
    row,
    observations: row.cells.flatMap((cell) => told(document, readRowCell(cell, row))),
  }))
  const observations = withDeadDrops(
    profile,
    rows.flatMap(({ observations }) => observations),
  )
  const pairs =
    document.kind === 'post' && document.road !== 'feed'
      ? pairsOfText('', observations)
      : rows.flatMap(({ row, observations }) => pairsOfRow(row, observations))
  const unread = rows.filter((row) => row.observations.length === 0).length
  return { observations, pairs, signals: wordsOf(profile, document.tags, ''), unread }
}

/**
 * What our own publication says of a value it says of this one alone: the host of a URL stands there by itself, or not at
 * all. It does not tell roles; but no address stands there of which nobody has shown what runs on it.
 */
const told = ({ road }: Document, observations: Observation[]): Observation[] =>
  road === 'feed'
    ? observations.slice(0, 1).map((one) => (isAddress(one.type) ? { ...one, role: 'c2' as const } : one))
    : observations

/** One cell of a list: one value, whole, or nothing. A URL gives its host too. */
export function readCell(cell: string): Observation[] {
  const trimmed = cell.trim()
  if (trimmed === '' || ELIDED.test(trimmed)) return []
  const { text } = refang(trimmed)
  const at = (observable: Observable, role: Role, port: number | null): Observation => ({
    ...observable,
    raw: trimmed,
    start: 0,
    end: trimmed.length,
    role,
    context: 'listed',
    ...(port ? { port } : {}),
  })
  if (text.includes('://')) {
    const parsed = canonicalUrl(text)
    return parsed
      ? [at(parsed.url, roleOfUrl(parsed.url.value), parsed.port), at(parsed.host, 'landing', parsed.port)]
      : []
  }
  const single = canonicalHost(text) ?? canonicalHash(text)
  if (single) return [at(single, single.type === 'file' ? 'payload' : 'landing', null)]
  const withPort = /^(.+?):(\d{1,5})$/.exec(text)
  const host = withPort ? canonicalHost(withPort[1]!.replace(/^\[|\]$/g, '')) : null
  const port = portOf(withPort?.[2])
  return host && port ? [at(host, isAddress(host.type) ? 'c2' : 'landing', port)] : []
}

function readRowCell(cell: string, row: Row): Observation[] {
  const { firstSeen, lastSeen, listedAt, whois } = row
  return readCell(cell).map((observation) => ({
    ...observation,
    ...(firstSeen ? { firstSeen } : {}),
    ...(lastSeen ? { lastSeen } : {}),
    ...(listedAt ? { listedAt } : {}),
    ...(whois && isAddress(observation.type) ? { whois } : {}),
  }))
}

/** A host or a page at a provider of dead drops is one, unless it is only referred to. */
const withDeadDrops = ({ dead_drops }: Profile, observations: Observation[]): Observation[] =>
  observations.map((one) => {
    if (one.role === 'reference' || isAddress(one.type) || one.type === 'file') return one
    const host = one.type === 'url' ? hostOfUrl(one.value).value : one.value
    const isBelow = dead_drops.some((provider) => host === provider || host.endsWith(`.${provider}`))
    return isBelow ? { ...one, role: 'dead-drop' as const } : one
  })
