import { canonicalAddress } from './canonical.js'

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const toText = (start: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')

/** Writes the network of an IPv4 address: `103.80.134.27`, 24 → `103.80.134.0/24`. Null for IPv6. */
export function networkOf(address: string, bits: number): string | null {
  if (address.includes(':')) return null
  const size = 2 ** (32 - bits)
  return `${toText(Math.floor(toNumber(address) / size) * size)}/${bits}`
}

/** Pages that show which names stood on an address, or on a range of them (passive DNS of VirusTotal and Validin). */
const PASSIVE_DNS = [
  /^https:\/\/www\.virustotal\.com\/gui\/ip-address\/([\da-f.:]+)\//i,
  /^https:\/\/(?:\w+\.)?validin\.com\/[^?#]*\?(?:[^#]*&)?find=([\da-f.:]+)(?:(?:\/|%2f)(\d+))?(?:[&#]|$)/i,
]
/** A range of more addresses than a small network has says of none of them whose it is. */
const WIDEST = 23

/** Reads of which address a reference shows the names; of a range, the first and that it is one. Null: of none. */
export function addressOf(reference: string): { address: string; isRange: boolean } | null {
  for (const page of PASSIVE_DNS) {
    const [, text, bits] = page.exec(reference) ?? []
    const address = text === undefined ? null : canonicalAddress(text)
    if (address === null || (bits !== undefined && Number(bits) < WIDEST)) continue
    return { address: address.value, isRange: bits !== undefined }
  }
  return null
}
