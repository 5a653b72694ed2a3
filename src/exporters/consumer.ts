import { bySeniority } from '../core/order.js'
import { covering } from '../core/zone.js'
import type { ConsumerFormat } from '../model/consumer.js'
import type { Artifact, Exporter } from '../model/ports.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import { lines } from './text.js'

/** A consumer's format as an exporter of what is active in its tier. */
export const consumerExporter = (format: ConsumerFormat): Exporter => ({
  names: [format.name],
  summary: `${format.path}: ${format.consumer}`,
  render: (snapshot) => artifactsOf(format, snapshot),
})

function* artifactsOf(format: ConsumerFormat, snapshot: Snapshot): Iterable<Artifact> {
  const listed = entriesOf(format, snapshot)
  for (const { suffix, entries } of split(listed, format.maxEntries ?? Number.POSITIVE_INFINITY))
    yield {
      path: format.path.replace(/(?=\.\w+$)/, suffix),
      mediaType: format.mediaType,
      entries: entries.length,
      body: lines(format.write(entries, snapshot)),
    }
}

/** What a format's files hold, all parts together. What is watched stays as it was reported: nothing is covered by it. */
export function entriesOf(
  { tier, coversBelow, takes }: ConsumerFormat,
  { indicators, watch }: Snapshot,
): Indicator[] {
  if (coversBelow) return covering(indicators, watch).filter(takes)
  const listed = tier === 'watch' ? watch : indicators
  return listed.filter((one) => one.status === 'active' && takes(one))
}

/**
 * Parts of at most `most` entries each. What was published first fills the first, which has the path that is polled; what
 * comes later goes into further ones, `-1`, `-2`: of the first nothing vanishes because more comes.
 */
export function* split(
  entries: Indicator[],
  most: number,
): Iterable<{ suffix: string; entries: Indicator[] }> {
  if (entries.length <= most) {
    yield { suffix: '', entries }
    return
  }
  const eldestFirst = [...entries].sort(bySeniority)
  for (let part = 0; part * most < entries.length; part++) {
    const own = new Set(eldestFirst.slice(part * most, (part + 1) * most))
    yield { suffix: part === 0 ? '' : `-${part}`, entries: entries.filter((one) => own.has(one)) }
  }
}
