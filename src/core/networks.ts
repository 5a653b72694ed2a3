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

const PASSIVE_DNS =
  /(?:virustotal\.com\/gui\/ip-address\/|validin\.com\/\S*\bfind=)(\d{1,3}(?:\.\d{1,3}){3})(?:(?:\/|%2[fF])(\d{1,2})\b)?/g

/**
 * Finds the addresses, and the small networks, of which a reference shows the names (passive DNS of VirusTotal and
 * Validin). A network is named by its first address.
 */
export function addressesIn(references: string[]): string[] {
  const found = new Set<string>()
  for (const reference of references)
    for (const [, address] of reference.matchAll(PASSIVE_DNS)) found.add(address!)
  return [...found]
}
