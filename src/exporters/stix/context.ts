import type { Identity, Malware, MarkingDefinition } from '../../model/stix/index.js'
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
    ...feed.made('identity', feed.publisher, stampOf(feed.snapshot, 'identity publisher')),
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
      ...feed.made('identity', feed.reporter(key), stampOf(feed.snapshot, `identity reporter:${key}`)),
      name,
      description: `Reported indicators of ${profile.family}.`,
      identity_class: kind,
    }
  }
  const { malware } = profile
  yield {
    ...feed.made('malware', feed.malware, stampOf(feed.snapshot, `malware ${profile.label}`)),
    name: profile.family,
    description: malware.description,
    malware_types: malware.malware_types,
    is_family: true,
    ...(malware.kill_chain_phases.length > 0 ? { kill_chain_phases: malware.kill_chain_phases } : {}),
    ...(malware.external_references.length > 0 ? { external_references: malware.external_references } : {}),
  }
}
