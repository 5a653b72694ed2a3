import type { Exporter } from '../model/ports.js'
import type { Snapshot } from '../model/snapshot.js'
import { lines } from './text.js'

/** Whose data it is, for whoever passes it on. */
export const licence: Exporter = {
  names: ['licence'],
  summary: 'LICENSE.md of the published folder: the data licence of each source',
  render: (snapshot) => [
    {
      path: 'LICENSE.md',
      mediaType: 'text/markdown; charset=utf-8',
      entries: snapshot.sources.length,
      body: lines(text(snapshot)),
    },
  ],
}

function* text({ publisher, sources }: Snapshot): Iterable<string> {
  yield '# Data licences'
  yield ''
  yield `That a name or an address was reported is a fact; ${publisher.name} publishes facts, dates and links, and no text of any post. What a source's licence asks for holds for what came from it: \`sources\` in indicators.csv says what did.`
  yield ''
  yield '| source | name in `sources` | licence |'
  yield '| --- | --- | --- |'
  for (const { name, title, url, licence } of sources)
    yield `| ${url ? `[${title}](${url})` : title} | \`${name}\` | ${licence} |`
}
