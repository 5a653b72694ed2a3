import { isAddress, type ObservableType } from '../model/observable.js'
import type { Exporter } from '../model/ports.js'
import { lines } from './text.js'

const KINDS: Record<string, (type: ObservableType) => boolean> = {
  ips: isAddress,
  domains: (type) => type === 'domain-name',
  urls: (type) => type === 'url',
}

/** Plain lists: one value a line, no header, no comment, one kind a file. `-all` is history: for searching logs only. */
export const lists: Exporter = {
  names: ['ips', 'domains', 'urls', 'ips-all', 'domains-all', 'urls-all'],
  summary: 'plain lists: what is active now, and (-all) everything ever published',
  render({ indicators }, name) {
    const isOfKind = KINDS[name.replace(/-all$/, '')]!
    const isHistory = name.endsWith('-all')
    const values = indicators
      .filter(({ type, status }) => isOfKind(type) && (isHistory || status === 'active'))
      .map(({ value }) => value)
    return [
      {
        path: `${name}.txt`,
        mediaType: 'text/plain; charset=utf-8',
        entries: values.length,
        body: lines(values),
      },
    ]
  },
}
