import { z } from 'zod'
import { creditsIn } from '../../core/comment.js'
import { mispAttributeId, mispEventId, uuidOf } from '../../core/ids.js'
import { isOwnIndicator, publisherId, reportUuids } from '../../core/own.js'
import type { Document, Instant } from '../../model/document.js'
import { isAddress, type Observable } from '../../model/observable.js'
import type { ListFormat, ListInput } from '../../model/ports.js'
import { inParts, listDate, listDocument, type RowsDocument } from './draft.js'
import { Author } from './jsonl.js'
import { eventsOf, type MispAttribute, type MispEvent, type MispGroup } from './misp-shapes.js'
import { OwnValues, toldIn } from './own-values.js'
import { asTags, type Ends, observableOf } from './stix-graph.js'

const Options = z.strictObject({})

/**
 * Events of MISP. Of others, each attribute or object that is to be looked for (`to_ids`) is a document of the event's author
 * and date. What we published ourselves is no evidence: it may only be restored.
 */
export const misp: ListFormat<z.infer<typeof Options>> = {
  name: 'misp',
  summary:
    'a MISP event, or a list of them: attributes and objects with to_ids, and pairs of names and addresses',
  options: Options,
  async *read(input) {
    const own = new OwnValues()
    const isOurs = ownershipBy(input)
    const documents: Document[] = []
    const passed = { deleted: 0, context: 0 }
    for (const event of await eventsOf(input)) {
      passed.deleted += event.deleted
      for (const group of event.groups) {
        if (isOurs(group, event)) restore(group, event, own)
        else documents.push(...documentOf(group, event, input, passed))
      }
    }
    if (passed.deleted > 0) input.notice(`${passed.deleted} deleted attributes passed over`)
    if (passed.context > 0)
      input.notice(
        `${passed.context} attributes passed over: they are context, not to be looked for (to_ids)`,
      )
    for (const document of [...documents, ...(await own.documents(input))]) yield* inParts(document)
  },
}

/** Types whose value is one for us, or whose first or last part is. */
const ONE = /^(?:domain|hostname|ip-dst|ip-src|url|uri|md5|sha1|sha256|sha512)$/
const FIRST = /^(?:hostname|ip-dst|ip-src)\|port$/
const LAST = /^filename\|(?:md5|sha1|sha256|sha512)$/

/** The values of an attribute, as they stand there; none of a type that is no name, address, URL or hash. */
function valuesOf({ type, value }: MispAttribute): string[] {
  if (ONE.test(type)) return [value]
  const parts = value.split('|')
  if (type === 'domain|ip') return parts
  return FIRST.test(type) ? parts.slice(0, 1) : LAST.test(type) ? parts.slice(-1) : []
}

/** Names on addresses: of one attribute of both, or of an object that says so. */
function pairsOf({ template, attributes }: MispGroup): Ends[] {
  const inOne = attributes.flatMap((one) => (one.type === 'domain|ip' ? endsIn(valuesOf(one)) : []))
  const inObject = template === 'domain-ip' ? endsIn(attributes.flatMap(valuesOf)) : []
  return [...inOne, ...inObject]
}

/** Each name on each address; of a crowd nobody knows which is whose. */
function endsIn(values: string[]): Ends[] {
  const found = values.map(observableOf).filter((one) => one !== null)
  const names = found.filter(({ type }) => type === 'domain-name')
  const addresses = found.filter(({ type }) => isAddress(type))
  if (names.length * addresses.length > MOST_PAIRS) return []
  return names.flatMap(({ value: domain }) => addresses.map(({ value: ip }) => ({ domain, ip })))
}

/** Of one object. */
const MOST_PAIRS = 1_000

function documentOf(
  group: MispGroup,
  event: MispEvent,
  input: ListInput,
  passed: { context: number },
): RowsDocument[] {
  const live = group.attributes.filter((one) => one.to_ids && valuesOf(one).length > 0)
  passed.context += group.attributes.length - live.length
  if (live.length === 0) return []
  const rows = live.flatMap((one) => {
    const seen = seenOf(one)
    return valuesOf(one).map((value) => ({ cells: [value], ...seen }))
  })
  const pairs = pairsOf({ ...group, attributes: live }).map(({ domain, ip }) => ({
    cells: [domain, ip],
    pairRule: 'row' as const,
  }))
  return [
    listDocument(input, [...rows, ...pairs], {
      id: `list:${input.source}:${group.id}`,
      ...(event.date === null ? listDate(input) : { publishedAt: event.date, basis: 'stated' }),
      author: Author.safeParse(event.Orgc?.name).data ?? null,
      tags: tagsOf(group, event),
    }),
  ]
}

/** First and last sign, by the attribute and by who sighted it (type 0; 1 is a false positive, 2 an expiry). */
function seenOf({ first_seen, last_seen, Sighting }: MispAttribute): {
  firstSeen?: Instant
  lastSeen?: Instant
} {
  const sighted = (Sighting ?? []).flatMap(({ type, date_sighting }) =>
    String(type ?? 0) === '0' ? [date_sighting] : [],
  )
  const times = [first_seen, last_seen, ...sighted].filter((time) => time !== null).sort()
  return times.length > 0 ? { firstSeen: times[0]!, lastSeen: times.at(-1)! } : {}
}

/** What the event, and these attributes of it, are about. */
const tagsOf = ({ attributes }: MispGroup, event: MispEvent): string[] =>
  asTags([
    ...(event.info ? [event.info] : []),
    ...[event, ...attributes].flatMap((one) => [
      ...(one.Tag ?? []).filter(({ name }) => isWord(name)).map(({ name }) => nameIn(name)),
      ...clustersOf(one),
    ]),
  ])

/** The campaign alone: other words would add to a sign, and no document need have had them. */
const campaignOf = ({ attributes }: MispGroup, event: MispEvent): string[] =>
  asTags(
    [event, ...attributes].flatMap((one) => [
      ...(one.Tag ?? []).flatMap(({ name }) => (FAMILY.test(name) ? [nameIn(name)] : [])),
      ...clustersOf(one),
    ]),
  )

const FAMILY = /^misp-galaxy:(?:malpedia|[\w-]*malware)=/

const clustersOf = ({ Galaxy }: Pick<MispAttribute, 'Galaxy'>): string[] =>
  (Galaxy ?? [])
    .filter(({ type }) => type == null || THREATS.test(type))
    .flatMap(({ GalaxyCluster }) => (GalaxyCluster ?? []).map(({ value }) => nameIn(value)))

/** Galaxies of malware and of who uses it. Others name who is hit, where, how, and who tells of it. */
const THREATS =
  /(?:^|-)(?:malpedia|malware|tool|ransomware|rat|stealer|banker|botnet|backdoor|android|cryptominers|exploit-kit|tds|actor|intrusion-set|campaigns?|activity-group)$/

/** A tag that is no cluster of such another galaxy. */
const isWord = (tag: string): boolean => {
  const galaxy = /^misp-galaxy:([^=]+)=/.exec(tag)?.[1]
  return galaxy === undefined || THREATS.test(galaxy)
}

/** `misp-galaxy:mitre-malware="XLoader for Android - S0318"` names XLoader for Android. */
const nameIn = (tag: string): string => (/="([^"]*)"$/.exec(tag)?.[1] ?? tag).replace(/ - [A-Z]+\d+$/, '')

/** Whether we published an attribute or object: all of an event of ours, or what has an id of ours. */
function ownershipBy({ own: { namespace } }: ListInput): (group: MispGroup, event: MispEvent) => boolean {
  const publisher = uuidOf(publisherId(namespace))
  const reports = reportUuids(namespace)
  return (group, { uuid, Orgc }) =>
    Orgc?.uuid?.toLowerCase() === publisher ||
    reports.has(uuid.toLowerCase()) ||
    group.attributes.some((one) =>
      valuesOf(one)
        .map(observableOf)
        .some(
          (value) =>
            value !== null &&
            (isOwnIndicator(namespace, value, [`indicator--${one.uuid}`]) ||
              isOfOurFeed(namespace, { event: uuid, group, attribute: one }, value)),
        ),
    )
}

/**
 * Whether our MISP feed gave it this UUID: in this event, or in the one that its comment tells of. MISP puts the organisation
 * of who uploads an event in the place of ours (unless he may synchronise), and keeps the UUIDs.
 */
function isOfOurFeed(
  namespace: string,
  { event, group, attribute }: { event: string; group: MispGroup; attribute: MispAttribute },
  value: Observable,
): boolean {
  const uuid = attribute.uuid.toLowerCase()
  if (uuid[14] !== '5') return false
  const [first] = creditsIn(attribute.comment ?? '')
  const told = first ? [uuidOf(mispEventId(namespace, first.source, first.publishedAt.slice(0, 7)))] : []
  const [ends] = group.template === 'domain-ip' ? pairsOf(group) : []
  const pair = ends ? [ends.domain, ends.ip] : []
  return [event.toLowerCase(), ...told].some(
    (one) => uuidOf(mispAttributeId(namespace, one, value, pair)) === uuid,
  )
}

/** What expired is restored too: it is history. */
function restore(group: MispGroup, event: MispEvent, own: OwnValues): void {
  const tags = campaignOf(group, event)
  for (const one of group.attributes)
    for (const value of valuesOf(one).map(observableOf))
      if (value !== null) own.add(value, toldIn(one.comment ?? ''), tags)
  const { firstSeen, lastSeen } = seenOf(group.attributes[0]!)
  const times = firstSeen && lastSeen ? { start: firstSeen, stop: lastSeen } : null
  for (const pair of pairsOf(group)) own.addPair(pair, times)
}
