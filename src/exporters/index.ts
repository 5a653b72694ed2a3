import { FeedError } from '../errors.js'
import type { Artifact, Exporter } from '../model/ports.js'
import type { Snapshot } from '../model/snapshot.js'
import { consumerExporter } from './consumer.js'
import { consumers } from './consumers.js'
import { hunting } from './hunting.js'
import { json } from './json.js'
import { licence } from './licence.js'
import { lists } from './lists.js'
import { misp } from './misp/index.js'
import { readme } from './readme.js'
import { stix } from './stix/index.js'
import { tables } from './tables.js'

/** Every exporter, in the order in which its artifacts are written. One line adds one. */
export const exporters: Exporter[] = [
  lists,
  tables,
  json,
  ...stix,
  misp,
  ...consumers.map(consumerExporter),
  hunting,
  readme,
  licence,
]

export const artifactNames: string[] = exporters.flatMap(({ names }) => names)

/** All artifacts of a snapshot. */
export function* renderAll(snapshot: Snapshot): Iterable<Artifact> {
  for (const exporter of exporters) for (const name of exporter.names) yield* exporter.render(snapshot, name)
}

/**
 * The artifacts of one name: one, or several where a consumer takes no more in one file.
 * @throws {FeedError} `usage` for a name no exporter has
 */
export function renderOne(snapshot: Snapshot, name: string): Artifact[] {
  const exporter = exporters.find(({ names }) => names.includes(name))
  if (!exporter)
    throw new FeedError(
      'usage',
      `unknown artifact ${JSON.stringify(name)}; known: ${artifactNames.join(', ')}`,
    )
  return [...exporter.render(snapshot, name)]
}
