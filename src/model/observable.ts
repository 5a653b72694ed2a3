import { z } from 'zod'

/** The STIX 2.1 cyber-observable types the feed knows. */
export const ObservableType = z.enum(['domain-name', 'file', 'ipv4-addr', 'ipv6-addr', 'url'])
export type ObservableType = z.infer<typeof ObservableType>

/** A value in its one canonical spelling (`core/canonical.ts`). A `file` is one lower-case hash. */
export interface Observable {
  type: ObservableType
  value: string
}

/** The key under which everything about one observable is gathered. */
export const observableKey = ({ type, value }: Observable): string => `${type} ${value}`

export const isAddress = (type: ObservableType): boolean => type === 'ipv4-addr' || type === 'ipv6-addr'
