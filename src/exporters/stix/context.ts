import { objectId } from '../../core/ids.js'
import type { ProfileName } from '../../core/parts.js'
import type { Identity, Malware, MarkingDefinition, Report, StixObject } from '../../model/stix/index.js'
import { TLP_2_EXTENSION, TLP_CLEAR, TLP_WHITE } from '../../model/stix/index.js'
import { type Feed, stampOf } from './feed.js'

/** The marking of all objects, as its standard has it. */
function marking({ snapshot }: Feed): MarkingDefinition {
  if (snapshot.publisher.tlp === 'clear')
    return {
      type: 'marking-definition',
      spec_version: '2.1',
      id: TLP_CLEAR,
      created: '2022-10-01T00:00:00.000Z',
      name: 'TLP:CLEAR',
      extensions: { [TLP_2_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: 'clear' } },
    }
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: TLP_WHITE,
    created: '2017-01-20T00:00:00.000Z',
    definition_type: 'tlp',
    name: 'TLP:WHITE',
    definition: { tlp: 'white' },
  }
}

/** Marking and publisher: what every bundle begins with. */
export function* head(feed: Feed): Iterable<MarkingDefinition | Identity> {
  const { publisher, profile } = feed.snapshot
  yield marking(feed)
  yield {
    type: 'identity',
    id: feed.publisher,
    ...feed.made(stampOf(feed.snapshot, 'identity publisher')),
    name: publisher.name,
    description: `Publisher of this feed of ${profile.family} indicators.`,
    identity_class: 'organization',
    contact_information: publisher.contact,
  }
}

/** Reporters and malware, which indicators refer to. @param keys of the reporters who are referred to */
export function* context(feed: Feed, keys: Set<string>): Iterable<Identity | Malware> {
  const { profile, reporters } = feed.snapshot
  for (const { key, name, kind } of reporters) {
    if (!keys.has(key)) continue
    yield {
      type: 'identity',
      id: feed.reporter(key),
      ...feed.made(stampOf(feed.snapshot, `identity reporter:${key}`)),
      name,
      description: `Reported indicators of ${profile.family}.`,
      identity_class: kind,
    }
  }
  const { malware } = profile
  yield {
    type: 'malware',
    id: feed.malware,
    ...feed.made(stampOf(feed.snapshot, `malware ${profile.label}`)),
    name: profile.family,
    description: malware.description,
    malware_types: malware.malware_types,
    is_family: true,
    ...(malware.kill_chain_phases.length > 0 ? { kill_chain_phases: malware.kill_chain_phases } : {}),
    ...(malware.external_references.length > 0 ? { external_references: malware.external_references } : {}),
  }
}

const TITLES: Record<ProfileName, (family: string) => string> = {
  feed: (family) => `${family} indicators`,
  active: (family) => `Active ${family} indicators`,
  misp: (family) => `Active ${family} indicators for MISP`,
}

/** One report of all that a bundle holds: MISP makes an event of each. */
export function report(
  feed: Feed,
  { profile, month, report }: { profile: ProfileName; month: string | null; report: string },
  refs: string[],
): Report {
  const { publisher, profile: campaign } = feed.snapshot
  const stamp = stampOf(feed.snapshot, `report ${report}`)
  const title = TITLES[profile](campaign.family)
  const since = month === null ? '' : `, first reported in ${month}`
  return {
    type: 'report',
    id: objectId(publisher.namespace, 'report', report),
    ...feed.made(stamp),
    name: `${title} of ${publisher.name}${since}`,
    description:
      profile === 'feed' && month === null
        ? `Everything that ${publisher.name} publishes on ${campaign.family}: ${publisher.baseUrl}`
        : `${title} that ${publisher.name} publishes${since}: ${publisher.baseUrl}`,
    report_types: ['indicator', 'malware'],
    published: stamp.created,
    object_refs: refs,
  }
}

/** Notes what passes, for the report; a marking is no content. */
export function* noting(objects: Iterable<StixObject>, refs: string[]): Iterable<StixObject> {
  for (const object of objects) {
    if (object.type !== 'marking-definition') refs.push(object.id)
    yield object
  }
}
