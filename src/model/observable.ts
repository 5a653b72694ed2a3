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

/** The plain list that holds values of a type; null: none does (files). */
export const listOf = (type: ObservableType): ListName | null => LIST_OF[type]

export const LISTS = ['ips', 'domains', 'urls'] as const
export type ListName = (typeof LISTS)[number]

const LIST_OF: Record<ObservableType, ListName | null> = {
  'ipv4-addr': 'ips',
  'ipv6-addr': 'ips',
  'domain-name': 'domains',
  url: 'urls',
  file: null,
}

export const isAddress = (type: ObservableType): boolean => type === 'ipv4-addr' || type === 'ipv6-addr'
