import { byText } from '../core/order.js'
import type { ConsumerFormat } from '../model/consumer.js'
import type { Artifact, Exporter } from '../model/ports.js'
import type { Indicator, Snapshot } from '../model/snapshot.js'
import { lines } from './text.js'

/** A consumer's format as an exporter of what is active. */
export const consumerExporter = (format: ConsumerFormat): Exporter => ({
  names: [format.name],
  summary: `${format.path}: ${format.consumer}`,
  render: (snapshot) => artifactsOf(format, snapshot),
})

function* artifactsOf(format: ConsumerFormat, snapshot: Snapshot): Iterable<Artifact> {
  const listed = snapshot.indicators.filter((one) => one.status === 'active' && format.takes(one))
  for (const { suffix, entries } of split(listed, format.maxEntries ?? Number.POSITIVE_INFINITY))
    yield {
      path: format.path.replace(/(?=\.\w+$)/, suffix),
      mediaType: format.mediaType,
      entries: entries.length,
      body: lines(format.write(entries, snapshot)),
    }
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
  const bySeniority = [...entries].sort(
    (a, b) => byText(a.stamp.created, b.stamp.created) || byText(a.value, b.value),
  )
  for (let part = 0; part * most < entries.length; part++) {
    const own = new Set(bySeniority.slice(part * most, (part + 1) * most))
    yield { suffix: part === 0 ? '' : `-${part}`, entries: entries.filter((one) => own.has(one)) }
  }
}
