import { type ProfileName, reportsOf } from '../../core/parts.js'
import type { Artifact, Exporter } from '../../model/ports.js'
import type { Snapshot } from '../../model/snapshot.js'
import type { Report, StixObject } from '../../model/stix/index.js'
import { bundleText } from './bundle.js'
import { type Feed, feedOf } from './feed.js'
import { graph, indicatorsOnly, revocations } from './objects.js'
import { reportOf } from './report.js'

const INDEX = 'stix/index.json'

const profiles: {
  name: string
  file: string
  profile: ProfileName
  objects: typeof graph
  summary: string
}[] = [
  {
    name: 'stix',
    file: 'bundle',
    profile: 'feed',
    objects: graph,
    summary:
      'STIX 2.1 of everything published: observables, indicators, relationships, sightings and a report, for OpenCTI and anything that reads it',
  },
  {
    name: 'stix-active',
    file: 'active',
    profile: 'active',
    objects: graph,
    summary: 'the same of what is active now alone',
  },
  {
    name: 'stix-misp',
    file: 'misp',
    profile: 'misp',
    objects: indicatorsOnly,
    summary:
      'indicators of what is active now, of values and of pairs, and nothing else: for MISP\'s "Import from STIX", which takes every indicator for live',
  },
]

/** STIX 2.1 bundles, one exporter each, and the list of their parts. */
export const stix: Exporter[] = [
  ...profiles.map(
    ({ name, file, profile, objects, summary }): Exporter => ({
      names: [name],
      summary: `stix/${file}.json: ${summary}`,
      *render(snapshot) {
        const feed = feedOf(snapshot)
        for (const { path, ...part } of filesOf(snapshot, file, profile))
          yield bundle(path, feed, part.indicators.length, objects(feed, part), reportOf(feed, profile, part))
      },
    }),
  ),
  {
    names: ['stix-revoked'],
    summary:
      'stix/revoked.json: indicators that were published and then withdrawn, `revoked`, for whoever has them already; never for MISP, which takes them for live',
    *render(snapshot) {
      const feed = feedOf(snapshot)
      yield bundle('stix/revoked.json', feed, snapshot.revoked.length, revocations(feed))
    },
  },
  {
    names: ['stix-index'],
    summary: `${INDEX}: the parts of each bundle; one, or above 20,000 indicators one for each month of first report`,
    render: (snapshot) => [index(snapshot)],
  },
]

/** The parts of a bundle with their files. The newest keeps the name of the whole: what is polled does not vanish. */
export function filesOf(snapshot: Snapshot, file: string, profile: ProfileName, most?: number) {
  const parts = reportsOf(profile, snapshot, most)
  return parts.map((part, n) => ({
    ...part,
    path: `stix/${file}${n === parts.length - 1 ? '' : `-${part.month}`}.json`,
  }))
}

const bundle = (
  path: string,
  feed: Feed,
  entries: number,
  ...content: [objects: Iterable<StixObject>, report?: Omit<Report, 'object_refs'>]
): Artifact => ({
  path,
  mediaType: 'application/stix+json;version=2.1',
  entries,
  body: bundleText(feed.snapshot.publisher.namespace, ...content),
})

function index(snapshot: Snapshot): Artifact {
  const lines = profiles.map(({ name, file, profile }) => {
    const parts = filesOf(snapshot, file, profile).map(({ path, month, indicators }) => ({
      path,
      month,
      indicators: indicators.length,
    }))
    return `  ${JSON.stringify(name)}: ${JSON.stringify(parts)}`
  })
  return {
    path: INDEX,
    mediaType: 'application/json',
    entries: lines.length,
    body: [`{\n${lines.join(',\n')}\n}\n`],
  }
}
