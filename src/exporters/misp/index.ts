import { createHash } from 'node:crypto'
import { uuidOf } from '../../core/ids.js'
import { publisherId } from '../../core/own.js'
import type { SourceMonth } from '../../model/listing.js'
import type { EventHead, ManifestEntry } from '../../model/misp.js'
import type { Artifact, Exporter } from '../../model/ports.js'
import type { Snapshot } from '../../model/snapshot.js'
import { jsonLines, lines } from '../text.js'
import { attributes, epoch, objects } from './attributes.js'

/** A feed that MISP subscribes to: one event for each source and month of report. */
export const misp: Exporter = {
  names: ['misp'],
  summary:
    'misp/manifest.json, misp/hashes.csv and an event a file: the feed that MISP subscribes to, an event for each source and month; what expires is looked for no more, what is withdrawn is deleted there',
  *render(snapshot) {
    const { listings } = snapshot
    yield json('manifest.json', listings.length, manifest(snapshot))
    yield {
      path: 'misp/hashes.csv',
      mediaType: 'text/csv; charset=utf-8',
      entries: listings.reduce((sum, month) => sum + standing(month).length, 0),
      body: lines(hashes(listings)),
    }
    for (const month of listings)
      yield json(`${uuidOf(month.id)}.json`, month.values.length + month.pairs.length, event(month, snapshot))
  },
}

const json = (name: string, entries: number, body: Iterable<string>): Artifact => ({
  path: `misp/${name}`,
  mediaType: 'application/json',
  entries,
  body,
})

/** An event a line. */
function* manifest(snapshot: Snapshot): Iterable<string> {
  yield '{\n'
  let separator = ''
  for (const month of snapshot.listings) {
    yield `${separator}"${uuidOf(month.id)}":${JSON.stringify(entryOf(month, snapshot))}`
    separator = ',\n'
  }
  yield separator === '' ? '}\n' : '\n}\n'
}

/** An attribute or object a line, so that a change of one is a change of one line and of the head. */
function* event(month: SourceMonth, snapshot: Snapshot): Iterable<string> {
  const entry = entryOf(month, snapshot)
  const head: EventHead = {
    uuid: uuidOf(month.id),
    ...entry,
    publish_timestamp: entry.timestamp,
    published: true,
  }
  yield* jsonLines(attributes(month), `{"Event":${JSON.stringify(head).slice(0, -1)},"Attribute":[`, '],')
  yield* jsonLines(objects(month, snapshot.publisher.namespace), '"Object":[', ']}}')
}

/** Named after who speaks. The first of the month never changes, as the day of the first report would. */
function entryOf({ title, month, modified }: SourceMonth, { publisher, profile }: Snapshot): ManifestEntry {
  return {
    info: [`${profile.family} indicators`, ...(title === null ? [] : [title]), month].join(' - '),
    date: `${month}-01`,
    threat_level_id: '2',
    analysis: '2',
    timestamp: epoch(modified),
    Orgc: { name: publisher.name, uuid: uuidOf(publisherId(publisher.namespace)) },
    Tag: [
      { name: 'tlp:clear', colour: '#ffffff' },
      { name: 'type:OSINT', colour: '#004646' },
      ...profile.misp.tags,
    ],
  }
}

/** Both ends of a pair stand by themselves too, in the event of its first report: values are all there is. */
function* hashes(listings: SourceMonth[]): Iterable<string> {
  for (const month of listings)
    for (const { value } of standing(month))
      yield `${createHash('md5').update(value).digest('hex')},${uuidOf(month.id)}`
}

const standing = ({ values }: SourceMonth) => values.filter(({ state }) => state !== 'withdrawn')
