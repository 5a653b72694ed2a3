import ipaddr from 'ipaddr.js'
import type { Checker } from '../model/consumer.js'

/**
 * A grammar of lines that stand each for itself: at most one entry a line, none twice.
 * @param entryOf the entry of a line in the consumer's spelling, null where the line carries none; throws a text that says
 * why the consumer refuses the line
 * @param most entries that the consumer takes
 */
export function lineGrammar(
  entryOf: (line: string) => string | null,
  most = Number.POSITIVE_INFINITY,
): () => Checker {
  return () => {
    const seen = new Set<string>()
    return {
      line(text) {
        try {
          const entry = entryOf(text)
          if (entry === null) return null
          if (seen.has(entry)) return `${entry} stands in it twice`
          seen.add(entry)
          return null
        } catch (refusal) {
          if (refusal instanceof Refusal) return refusal.message
          throw refusal
        }
      },
      end: () => (seen.size > most ? `${seen.size} entries, and the consumer takes ${most}` : null),
    }
  }
}

/** Why a consumer refuses a line. */
export class Refusal extends Error {}

/** @throws {Refusal} */
export function refuse(why: string): never {
  throw new Refusal(why)
}

/**
 * An address, a network in CIDR notation, or a range `first-last`, IPv4 or IPv6.
 * @returns it, in lower case
 * @throws {Refusal}
 */
export function addressOrRange(text: string): string {
  const [first = '', last, ...more] = text.split('-')
  if (more.length > 0) refuse(`${text} is not a range`)
  if (last === undefined) return network(first)
  if (family(first) !== family(last)) refuse(`${text} spans IPv4 and IPv6`)
  return text.toLowerCase()
}

/**
 * An address or a network, IPv4 or IPv6.
 * @param only `4` or `6`: the other family is refused
 * @throws {Refusal}
 */
export function network(text: string, only?: 4 | 6): string {
  const [host = '', prefix, ...more] = text.split('/')
  const version = family(host)
  if (only !== undefined && version !== only) refuse(`${text} is an IPv${version} address`)
  const most = version === 4 ? 32 : 128
  if (more.length > 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= most)))
    refuse(`${text} is not a network`)
  return text.toLowerCase()
}

/** @throws {Refusal} for anything but an address, an IPv4 one in four decimal parts */
function family(text: string): 4 | 6 {
  if (ipaddr.IPv4.isValidFourPartDecimal(text) && !/(?:^|\.)0\d/.test(text)) return 4
  if (ipaddr.IPv6.isValid(text) && !text.includes('%')) return 6
  return refuse(text === '' ? 'an empty line' : `${text} is not an IP address`)
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

/**
 * A host name: RFC 1035 labels, at least two, a top-level domain that is no number, in lower-case ASCII.
 * @param orAddress an IPv4 or IPv6 (in brackets) address will do too
 * @throws {Refusal}
 */
export function hostName(text: string, { orAddress = false } = {}): string {
  if (text === '') refuse('an empty line')
  if (ipaddr.isValid(text.replace(/^\[(.*)\]$/, '$1'))) {
    if (orAddress) return text
    refuse(`${text} is an IP address, and the list takes names`)
  }
  const labels = text.split('.')
  if (text.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label)))
    refuse(`${text} is not a host name in lower-case ASCII`)
  if (/^\d+$/.test(labels.at(-1)!)) refuse(`${text} ends in a number`)
  return text
}

/**
 * An http or https URL as a request spells it: printable ASCII (punycode, percent-encoded), no fragment.
 * @throws {Refusal}
 */
export function webUrl(text: string): string {
  if (text === '') refuse('an empty line')
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text))
    refuse(`${text} is not an http or https URL in ASCII`)
  if (text.includes('#')) refuse('a fragment, which no request carries')
  hostName(new URL(text).hostname, { orAddress: true })
  return text
}

const HEX_DIGITS = { MD5: 32, 'SHA-1': 40, 'SHA-256': 64, 'SHA-512': 128 }

/**
 * A hash in hex digits.
 * @returns it, in lower case
 * @throws {Refusal}
 */
export function hash(text: string, ...algorithms: (keyof typeof HEX_DIGITS)[]): string {
  const isOne =
    /^[0-9a-f]+$/i.test(text) && algorithms.some((algorithm) => text.length === HEX_DIGITS[algorithm])
  if (!isOne) refuse(`${text} is no hash by ${algorithms.join(', ')}`)
  return text.toLowerCase()
}
