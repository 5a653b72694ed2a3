import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Event, Manifest, ManifestEntry } from '../model/misp.js'
import type { Finding, Reader } from './verify.js'

const MANIFEST = 'misp/manifest.json'
const HASHES = 'misp/hashes.csv'
export const MISP_EVENT = /^misp\/([0-9a-f-]{36})\.json$/

/**
 * Whether manifest, hashes and events of the MISP feed say the same. What breaks its own schema is another's finding.
 * @param paths of all that is published
 */
export async function mispFindings(read: Reader, paths: string[]): Promise<Finding[]> {
  if (!paths.includes(MANIFEST)) return []
  const manifest = new Map(Object.entries((await parsed(read, MANIFEST, Manifest)) ?? {}))
  const events = paths.flatMap((path) => MISP_EVENT.exec(path)?.[1] ?? [])
  const findings: Finding[] = [...manifest.keys()]
    .filter((uuid) => !events.includes(uuid))
    .map((uuid) => ({ path: MANIFEST, what: `${uuid}.json is not published` }))
  const hashes = new Set<string>()
  const seen = new Set<string>()
  for (const uuid of events) {
    const path = `misp/${uuid}.json`
    const event = (await parsed(read, path, Event))?.Event
    if (!event) continue
    if (event.uuid !== uuid) findings.push({ path, what: `is event ${event.uuid}` })
    if (JSON.stringify(manifest.get(uuid)) !== JSON.stringify(HEAD.parse(event)))
      findings.push({ path, what: `does not say what ${MANIFEST} says` })
    for (const one of [...event.Attribute, ...event.Object.flatMap(({ Attribute }) => Attribute)]) {
      if (seen.has(one.uuid)) findings.push({ path, what: `${one.uuid} stands in another event too` })
      seen.add(one.uuid)
      if (!one.deleted) hashes.add(`${createHash('md5').update(one.value).digest('hex')},${uuid}`)
    }
  }
  const said = await read(HASHES)
  const lines = said && Buffer.from(said).toString('utf8').split('\n').filter(Boolean)
  if (!lines || lines.length !== hashes.size || !lines.every((line) => hashes.has(line)))
    findings.push({ path: HASHES, what: 'does not say what the events say' })
  return findings
}

/** What an event and its line in the manifest have in common, in one order. */
const HEAD = z.object(ManifestEntry.shape)

/** Null where it is not there, or something else. */
async function parsed<T>(read: Reader, path: string, schema: z.ZodType<T>): Promise<T | null> {
  const content = await read(path)
  if (content === null) return null
  try {
    return schema.parse(JSON.parse(Buffer.from(content).toString('utf8')))
  } catch {
    return null
  }
}
