/**
 * Values that no traffic carries (RFC 5737, RFC 6761): the one entry of a list that its consumer would not take empty.
 */
const NOTHING = { address: '192.0.2.1', name: 'nothing.invalid', url: 'http://nothing.invalid/' }

export const orNothing = (values: string[], kind: keyof typeof NOTHING): string[] =>
  values.length > 0 ? values : [NOTHING[kind]]
