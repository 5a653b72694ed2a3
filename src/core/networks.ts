import ipaddr from 'ipaddr.js'
import { canonicalAddress } from './canonical.js'

/** Writes the network of an IPv4 address: `103.80.134.27`, 24 → `103.80.134.0/24`. Null for IPv6. */
export const networkOf = (address: string, bits: number): string | null =>
  address.includes(':') ? null : `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`

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
