import { objectId } from '../../core/ids.js'
import type { Part, ProfileName } from '../../core/parts.js'
import type { Report, StixObject } from '../../model/stix/index.js'
import { type Feed, stampOf } from './feed.js'

const TITLES: Record<ProfileName, (family: string) => string> = {
  feed: (family) => `${family} indicators`,
  active: (family) => `Active ${family} indicators`,
  misp: (family) => `Active ${family} indicators for MISP`,
}

/** One report of all that a bundle holds: MISP makes an event of each. */
function report(
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

/** Objects of a part, and at their end the report of them. */
export function* reported(
  feed: Feed,
  part: Part & { report: string },
  profile: ProfileName,
  objects: (feed: Feed, part: Part) => Iterable<StixObject>,
): Iterable<StixObject> {
  const refs: string[] = []
  for (const object of objects(feed, part)) {
    // A marking is no content.
    if (object.type !== 'marking-definition') refs.push(object.id)
    yield object
  }
  yield report(feed, { ...part, profile }, refs)
}
