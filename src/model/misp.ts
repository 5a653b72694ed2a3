import { z } from 'zod'

const Uuid = z.uuid()
/** Seconds since 1970, as text. */
const Timestamp = z.string().regex(/^\d{10}$/)
const Seen = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/)

const Tag = z.strictObject({ name: z.string().min(1), colour: z.string().regex(/^#[0-9a-f]{6}$/) })
export type Tag = z.infer<typeof Tag>

/** What all children of an event have. First sign and last sign stand together, or neither does. */
const child = {
  uuid: Uuid,
  timestamp: Timestamp,
  first_seen: Seen.optional(),
  last_seen: Seen.optional(),
  deleted: z.boolean(),
}

const attribute = {
  ...child,
  type: z.enum(['domain', 'ip-dst', 'url', 'md5', 'sha1', 'sha256', 'sha512']),
  category: z.enum(['Network activity', 'Payload delivery']),
  value: z.string().trim().min(1),
  to_ids: z.boolean(),
  comment: z.string(),
  disable_correlation: z.literal(false),
}

const isChild = (one: { first_seen?: string | undefined; last_seen?: string | undefined }): boolean =>
  (one.first_seen ?? '') <= (one.last_seen ?? '~')
const SEEN = 'first_seen is after last_seen'

export const Attribute = z.strictObject(attribute).refine(isChild, SEEN)
export type Attribute = z.infer<typeof Attribute>

export const ObjectAttribute = z
  .strictObject({ ...attribute, object_relation: z.string() })
  .refine(isChild, SEEN)
export type ObjectAttribute = z.infer<typeof ObjectAttribute>

/** An object, by a template of MISP's. */
export const TemplateObject = z
  .strictObject({
    ...child,
    name: z.enum(['domain-ip', 'file']),
    'meta-category': z.enum(['network', 'file']),
    template_uuid: Uuid,
    template_version: z.string().regex(/^\d+$/),
    description: z.string().min(1),
    Attribute: z.array(ObjectAttribute).min(1),
  })
  .refine(isChild, SEEN)
  .refine((one) => one.timestamp >= newest(one.Attribute), 'older than what it holds')
export type TemplateObject = z.infer<typeof TemplateObject>

/** What the manifest says of an event too. */
const head = {
  info: z.string().min(1),
  date: z.iso.date(),
  threat_level_id: z.literal('2'),
  analysis: z.literal('2'),
  timestamp: Timestamp,
  Orgc: z.strictObject({ name: z.string().min(1), uuid: Uuid }),
  Tag: z.array(Tag).min(1),
}

export const ManifestEntry = z.strictObject(head)
export type ManifestEntry = z.infer<typeof ManifestEntry>

/** `manifest.json`: the events of a feed by UUID. Of two of one date OpenCTI's connector would take the first alone. */
export const Manifest = z
  .record(Uuid, ManifestEntry)
  .refine(
    (events) => isUnique(Object.values(events).map(({ timestamp }) => timestamp)),
    'two events of one timestamp',
  )
export type Manifest = z.infer<typeof Manifest>

/** What stands before the children of an event. */
export const EventHead = z.strictObject({
  uuid: Uuid,
  ...head,
  publish_timestamp: Timestamp,
  published: z.literal(true),
})
export type EventHead = z.infer<typeof EventHead>

/**
 * A file of a feed. MISP asks that an event holds something, that no two children have one UUID, that no value stands twice
 * among the attributes, and looks into an event only when its timestamp grew.
 */
export const Event = z.strictObject({
  Event: z
    .strictObject({
      ...EventHead.shape,
      Attribute: z.array(Attribute),
      Object: z.array(TemplateObject),
    })
    .refine((event) => childrenOf(event).length > 0, 'holds nothing')
    .refine((event) => event.timestamp >= newest(childrenOf(event)), 'older than what it holds')
    .refine((event) => isUnique(childrenOf(event).map(({ uuid }) => uuid)), 'two children of one UUID')
    .refine(
      (event) => isUnique(event.Attribute.map(({ type, value }) => `${type} ${value}`)),
      'a value stands twice',
    ),
})
export type Event = z.infer<typeof Event>

interface Children {
  Attribute: Attribute[]
  Object: TemplateObject[]
}
const childrenOf = (event: Children): { uuid: string; timestamp: string }[] => [
  ...event.Attribute,
  ...event.Object.flatMap((one) => [one, ...one.Attribute]),
]
const newest = (children: { timestamp: string }[]): string =>
  children.reduce((latest, { timestamp }) => (timestamp > latest ? timestamp : latest), '')
const isUnique = (items: string[]): boolean => new Set(items).size === items.length
