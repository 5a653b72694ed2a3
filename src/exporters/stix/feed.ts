import { objectId } from '../../core/ids.js'
import { publisherId } from '../../core/own.js'
import type { Snapshot, Stamp } from '../../model/snapshot.js'
import { TLP_CLEAR, TLP_WHITE } from '../../model/stix/index.js'

/** What all objects of one snapshot have in common, made once: an id costs a hash. */
export interface Feed {
  snapshot: Snapshot
  publisher: `identity--${string}`
  malware: `malware--${string}`
  /** @param key of a reporter */
  reporter: (key: string) => `identity--${string}`
  /**
   * What every object begins with, fresh, for Object.assign to complete: spread into a literal it would cost fifty times
   * as much, in time and in what V8 keeps of each.
   */
  marked: <T extends string>(type: T, id: string) => Marked<T>
  /** Likewise of an object that the publisher made. */
  made: <T extends string>(type: T, id: string, stamp: Stamp) => Made<T>
  /** Likewise of one that says the same for ever, unless what all objects say alike has changed. */
  lasting: <T extends string>(type: T, id: string, created: string) => Made<T>
}

interface Marked<T extends string> {
  type: T
  id: `${T}--${string}`
  spec_version: '2.1'
  object_marking_refs: `marking-definition--${string}`[]
}

type Made<T extends string> = Marked<T> & Stamp & { created_by_ref: Feed['publisher'] }

export function feedOf(snapshot: Snapshot): Feed {
  const { namespace, tlp } = snapshot.publisher
  const publisher = publisherId(namespace)
  const reporters = new Map(
    snapshot.reporters.map(({ key }) => [key, objectId(namespace, 'identity', `reporter:${key}`)]),
  )
  const markings = [tlp === 'clear' ? TLP_CLEAR : TLP_WHITE] satisfies Marked<string>['object_marking_refs']
  const marked = <T extends string>(type: T, id: string): Marked<T> => ({
    type,
    id: id as `${T}--${string}`,
    spec_version: '2.1',
    object_marking_refs: markings,
  })
  const made = <T extends string>(type: T, id: string, { created, modified }: Stamp): Made<T> =>
    Object.assign(marked(type, id), { created_by_ref: publisher, created, modified })
  const common = stampOf(snapshot, 'list common')
  const changed = common.modified === common.created ? '' : common.modified
  return {
    snapshot,
    publisher,
    malware: objectId(namespace, 'malware', snapshot.profile.label),
    reporter: (key) => reporters.get(key)!,
    marked,
    made,
    lasting: (type, id, created) =>
      made(type, id, { created, modified: changed > created ? changed : created }),
  }
}

export function stampOf({ stamps }: Snapshot, key: string): Stamp {
  const stamp = stamps.get(key)
  if (!stamp) throw new TypeError(`no dates for ${key}`)
  return stamp
}
