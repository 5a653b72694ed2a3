import { objectId } from '../../core/ids.js'
import type { Snapshot } from '../../model/snapshot.js'
import type { StixObject } from '../../model/stix/index.js'
import { made, malwareId, publisherId, reporterId, stampOf, TLP_WHITE } from './common.js'

export const markingDefinition = (): StixObject => ({
  type: 'marking-definition',
  spec_version: '2.1',
  id: TLP_WHITE,
  created: '2017-01-20T00:00:00.000Z',
  definition_type: 'tlp',
  name: 'TLP:WHITE',
  definition: { tlp: 'white' },
})

/** Publisher, reporters and malware: what everything else refers to. */
export function* contextObjects(snapshot: Snapshot): Iterable<StixObject> {
  const { publisher, profile, reporters } = snapshot
  yield {
    type: 'identity',
    id: publisherId(snapshot),
    ...made(snapshot, stampOf(snapshot, 'identity publisher')),
    name: publisher.name,
    description: `Publisher of this feed of ${profile.family} indicators.`,
    identity_class: 'organization',
    contact_information: publisher.contact,
  }
  for (const { key, name, kind } of reporters) {
    yield {
      type: 'identity',
      id: reporterId(snapshot, key),
      ...made(snapshot, stampOf(snapshot, `identity reporter:${key}`)),
      name,
      description: `Reported indicators of ${profile.family}.`,
      identity_class: kind,
    }
  }
  const { malware } = profile
  yield {
    type: 'malware',
    id: malwareId(snapshot),
    ...made(snapshot, stampOf(snapshot, `malware ${profile.label}`)),
    name: profile.family,
    description: malware.description,
    malware_types: malware.malware_types,
    is_family: true,
    ...(malware.kill_chain_phases.length > 0 ? { kill_chain_phases: malware.kill_chain_phases } : {}),
    ...(malware.external_references.length > 0 ? { external_references: malware.external_references } : {}),
  }
}

/** One report of everything: MISP makes an event of each. */
export function report(snapshot: Snapshot, ids: string[]): StixObject {
  const { publisher, profile } = snapshot
  const stamp = stampOf(snapshot, 'report feed')
  return {
    type: 'report',
    id: objectId(publisher.namespace, 'report', 'feed') as `report--${string}`,
    ...made(snapshot, stamp),
    name: `${profile.family} indicators of ${publisher.name}`,
    description: `Everything that ${publisher.name} publishes on ${profile.family}: ${publisher.baseUrl}`,
    report_types: ['indicator', 'malware'],
    published: stamp.created,
    object_refs: ids,
  }
}
