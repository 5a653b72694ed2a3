import type { Observable } from '../model/observable.js'

/**
 * Values that no traffic carries (RFC 5737, RFC 6761): the one entry of a list that its consumer would not take empty.
 */
const NOTHING = { address: '192.0.2.1', name: 'nothing.invalid', url: 'http://nothing.invalid/' }

/** The values of what is listed, or, of nothing, the one that stands for it. */
export const valuesOrNothing = (listed: Observable[], kind: keyof typeof NOTHING): string[] =>
  orNothing(
    listed.map(({ value }) => value),
    kind,
  )

export const orNothing = (values: string[], kind: keyof typeof NOTHING): string[] =>
  values.length > 0 ? values : [NOTHING[kind]]
