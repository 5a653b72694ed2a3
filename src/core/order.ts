import type { Observable } from '../model/observable.js'

/** Plain order of code units: the same in every locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What was published first comes first. */
export const bySeniority = (
  a: { stamp: { created: string }; value: string },
  b: { stamp: { created: string }; value: string },
): number => byText(a.stamp.created, b.stamp.created) || byText(a.value, b.value)

/** Oldest first. */
export const byReport = (
  a: { publishedAt: string; document: string },
  b: { publishedAt: string; document: string },
): number => byText(a.publishedAt, b.publishedAt) || byText(a.document, b.document)

const TYPE_ORDER = ['ipv4-addr', 'ipv6-addr', 'domain-name', 'url', 'file']

/** Addresses numerically, names by reversed label (so that a zone stands together), all else as text. */
export function byObservable(a: Observable, b: Observable): number {
  return a.type === b.type
    ? byText(sortKey(a), sortKey(b))
    : TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type)
}

/** A text that sorts as the value should. */
function sortKey({ type, value }: Observable): string {
  if (type === 'ipv4-addr')
    return value
      .split('.')
      .map((octet) => octet.padStart(3, '0'))
      .join('.')
  if (type === 'ipv6-addr') return expandIpv6(value)
  if (type === 'domain-name') return value.split('.').reverse().join(' ')
  return value
}

function expandIpv6(value: string): string {
  const [head = '', tail] = value.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(':')
}
