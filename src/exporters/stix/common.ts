import { objectId } from '../../core/ids.js'
import type { Snapshot, Stamp } from '../../model/snapshot.js'

/** The feed's one marking: TLP:WHITE of STIX 2.1. */
export const TLP_WHITE = 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9'
export const MARKED = {
  spec_version: '2.1' as const,
  object_marking_refs: [TLP_WHITE] as [`marking-definition--${string}`],
}

export const publisherId = ({ publisher }: Snapshot) =>
  objectId(publisher.namespace, 'identity', 'publisher') as `identity--${string}`
export const reporterId = ({ publisher }: Snapshot, key: string) =>
  objectId(publisher.namespace, 'identity', `reporter:${key}`) as `identity--${string}`
export const malwareId = ({ publisher, profile }: Snapshot) =>
  objectId(publisher.namespace, 'malware', profile.label) as `malware--${string}`

/** Properties of an object that the publisher made. */
export const made = (snapshot: Snapshot, { created, modified }: Stamp) => ({
  ...MARKED,
  created_by_ref: publisherId(snapshot),
  created,
  modified,
})

export const stampOf = ({ stamps }: Snapshot, key: string): Stamp => {
  const stamp = stamps.get(key)
  if (!stamp) throw new TypeError(`no dates for ${key}`)
  return stamp
}
