import { createHash } from 'node:crypto'
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
 * Parts of at most `most` entries each, by the leading bits of the SHA-256 of their values: a full part splits in two and
 * no entry of another part moves (extendible hashing), so that one more entry is one more line in one file. The part of
 * zeros keeps the name of the whole: what a consumer polls does not vanish.
 */
export function* split(
  entries: Indicator[],
  most: number,
  bits = '',
): Iterable<{ suffix: string; entries: Indicator[] }> {
  if (entries.length <= most) {
    yield { suffix: /^0*$/.test(bits) ? '' : `-${bits}`, entries }
    return
  }
  const isOne = ({ value }: Indicator) => bitAt(value, bits.length) === 1
  yield* split(
    entries.filter((one) => !isOne(one)),
    most,
    `${bits}0`,
  )
  yield* split(entries.filter(isOne), most, `${bits}1`)
}

function bitAt(value: string, position: number): number {
  const hash = createHash('sha256').update(value).digest()
  return (hash[position >> 3]! >> (7 - (position & 7))) & 1
}
