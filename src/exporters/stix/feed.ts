import { objectId } from '../../core/ids.js'
import type { Snapshot, Stamp } from '../../model/snapshot.js'
import { TLP_CLEAR, TLP_WHITE } from '../../model/stix/index.js'

/** What all objects of one snapshot have in common, made once: an id costs a hash. */
export interface Feed {
  snapshot: Snapshot
  publisher: `identity--${string}`
  malware: `malware--${string}`
  /** @param key of a reporter */
  reporter: (key: string) => `identity--${string}`
  /** Properties of every object. */
  marked: { spec_version: '2.1'; object_marking_refs: [`marking-definition--${string}`] }
  /** Properties of an object that the publisher made. */
  made: (stamp: Stamp) => Feed['marked'] & Stamp & { created_by_ref: Feed['publisher'] }
  /** Likewise of one that says the same for ever, unless what all objects say alike has changed. */
  lasting: (created: string) => ReturnType<Feed['made']>
}

export function feedOf(snapshot: Snapshot): Feed {
  const { namespace, tlp } = snapshot.publisher
  const publisher = objectId(namespace, 'identity', 'publisher')
  const reporters = new Map(
    snapshot.reporters.map(({ key }) => [key, objectId(namespace, 'identity', `reporter:${key}`)]),
  )
  const marked: Feed['marked'] = {
    spec_version: '2.1',
    object_marking_refs: [tlp === 'clear' ? TLP_CLEAR : TLP_WHITE],
  }
  const made: Feed['made'] = ({ created, modified }) => ({
    ...marked,
    created_by_ref: publisher,
    created,
    modified,
  })
  const common = stampOf(snapshot, 'list common')
  const changed = common.modified === common.created ? '' : common.modified
  return {
    snapshot,
    publisher,
    malware: objectId(namespace, 'malware', snapshot.profile.label),
    reporter: (key) => reporters.get(key)!,
    marked,
    made,
    lasting: (created) => made({ created, modified: changed > created ? changed : created }),
  }
}

export function stampOf({ stamps }: Snapshot, key: string): Stamp {
  const stamp = stamps.get(key)
  if (!stamp) throw new TypeError(`no dates for ${key}`)
  return stamp
}
