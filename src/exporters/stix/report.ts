import { objectId } from '../../core/ids.js'
import type { Part, ProfileName } from '../../core/parts.js'
import type { Report } from '../../model/stix/index.js'
import { type Feed, stampOf } from './feed.js'

const TITLES: Record<ProfileName, (family: string) => string> = {
  feed: (family) => `${family} indicators`,
  active: (family) => `Active ${family} indicators`,
  misp: (family) => `Active ${family} indicators for MISP`,
}

/** One report of all that a bundle holds, but for the list of it: MISP makes an event of each. */
export function reportOf(
  feed: Feed,
  profile: ProfileName,
  { month, report }: Pick<Part, 'month'> & { report: string },
): Omit<Report, 'object_refs'> {
  const { publisher, profile: campaign } = feed.snapshot
  const stamp = stampOf(feed.snapshot, `report ${report}`)
  const title = TITLES[profile](campaign.family)
  const since = month === null ? '' : `, first reported in ${month}`
  return {
    ...feed.made('report', objectId(publisher.namespace, 'report', report), stamp),
    name: `${title} of ${publisher.name}${since}`,
    description:
      profile === 'feed' && month === null
        ? `Everything that ${publisher.name} publishes on ${campaign.family}: ${publisher.baseUrl}`
        : `${title} that ${publisher.name} publishes${since}: ${publisher.baseUrl}`,
    report_types: ['indicator', 'malware'],
    published: stamp.created,
  }
}
