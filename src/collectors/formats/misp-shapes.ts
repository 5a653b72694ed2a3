import { z } from 'zod'
import { parseTime } from '../../core/time.js'
import { FeedError, quote } from '../../errors.js'
import type { ListInput } from '../../model/ports.js'
import { rowOrNull } from './draft.js'
import { parsedJson, sayIssue, wholeText } from './whole-json.js'

const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'no UUID')
/** MISP writes some truths as numbers or texts, by version and road. */
const flag = z
  .union([z.boolean(), z.enum(['0', '1']), z.literal(0), z.literal(1)])
  .nullish()
  .transform((given) => given === true || given === 1 || given === '1')
const time = z
  .string()
  .nullish()
  .transform((text) => (text ? parseTime(text) : null))
const seconds = z
  .union([z.string().regex(/^\d{1,10}$/), z.number().int().min(0).max(9_999_999_999)], {
    error: 'no seconds since 1970',
  })
  // What lies outside the years of `parseTime`, such as 0, is no time of anything.
  .transform((given) => parseTime(new Date(Number(given) * 1000).toISOString()))

const named = z.array(z.object({ name: z.string() })).nullish()
const galaxies = z
  .array(
    z.object({
      type: z.string().nullish(),
      GalaxyCluster: z.array(z.object({ value: z.string() })).nullish(),
    }),
  )
  .nullish()

/** Of what others write, only what is read: properties besides are anybody's. */
const Attribute = z.object({
  uuid,
  type: z.string(),
  value: z.string(),
  to_ids: flag,
  deleted: flag,
  comment: z.string().nullish(),
  first_seen: time,
  last_seen: time,
  object_relation: z.string().nullish(),
  Tag: named,
  Galaxy: galaxies,
  Sighting: z
    .array(z.object({ type: z.union([z.string(), z.number()]).nullish(), date_sighting: seconds }))
    .nullish(),
})
export type MispAttribute = z.infer<typeof Attribute>

const ObjectHead = z.object({ uuid, name: z.string(), deleted: flag })

const EventHead = z.object({
  uuid,
  info: z.string().nullish(),
  date: z
    .string()
    .nullish()
    .transform((text) => (text ? parseTime(text) : null)),
  Orgc: z.object({ name: z.string().nullish(), uuid: z.string().nullish() }).nullish(),
  Tag: named,
  Galaxy: galaxies,
})

/** What stands together: the attributes of an object, or an attribute by itself. */
export interface MispGroup {
  id: string
  /** Name of the object's template; null: no object. */
  template: string | null
  attributes: MispAttribute[]
}

export interface MispEvent extends z.infer<typeof EventHead> {
  groups: MispGroup[]
  /** Attributes that are deleted, with those of deleted objects. */
  deleted: number
}

const Listed = z.object({
  Attribute: z.array(z.unknown()).nullish(),
  Object: z.array(z.unknown()).nullish(),
})
const One = z.object({ Event: z.looseObject({}) })

/**
 * Reads an event, as MISP exports it and a feed has it, or the answer of a search, a list of them.
 * @throws {FeedError} `input` that names file, event, property and value
 */
export async function eventsOf(input: ListInput): Promise<MispEvent[]> {
  const text = await wholeText(input)
  const value = parsedJson(text, input.name)
  const answer = z.object({ response: z.array(z.unknown()) }).safeParse(value)
  const all = answer.success ? answer.data.response : Array.isArray(value) ? value : [value]
  return all.map((one, n) => {
    const event = One.safeParse(one)
    if (!event.success)
      throw new FeedError(
        'input',
        `${input.name}: ${all.length > 1 ? `${n}: ` : ''}no MISP event ({"Event":{…}}): ${quote(text.trim(), 60)}`,
      )
    return readEvent(event.data.Event, input)
  })
}

function readEvent(given: Record<string, unknown>, input: ListInput): MispEvent {
  const head = checked(EventHead, given, 'Event', input)
  const listed = checked(Listed, given, `Event ${head.uuid}`, input)
  const event: MispEvent = { ...head, groups: [], deleted: 0 }
  const attributesOf = (all: unknown[], where: string): MispAttribute[] =>
    all.flatMap((one, n) => rowOrNull(input, () => checked(Attribute, one, `${where}.${n}`, input)) ?? [])
  const put = (group: MispGroup, isDeleted: boolean) => {
    const live = isDeleted ? [] : group.attributes.filter(({ deleted }) => !deleted)
    event.deleted += group.attributes.length - live.length
    if (live.length > 0) event.groups.push({ ...group, attributes: live })
  }
  for (const one of attributesOf(listed.Attribute ?? [], 'Attribute'))
    put({ id: `attribute--${one.uuid}`, template: null, attributes: [one] }, false)
  for (const [n, one] of (listed.Object ?? []).entries()) {
    const object = rowOrNull(input, () => checked(ObjectHead, one, `Object.${n}`, input))
    if (object === null) continue
    const held = checked(Listed, one, `Object.${n}`, input).Attribute ?? []
    const attributes = attributesOf(held, `Object.${n}.Attribute`)
    put({ id: `object--${object.uuid}`, template: object.name, attributes }, object.deleted)
  }
  return event
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string, { name }: ListInput): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { data } = z.object({ uuid: z.string() }).safeParse(value)
  throw new FeedError(
    'input',
    `${name}: ${where}${data ? ` ${quote(data.uuid)}` : ''}: ${sayIssue(parsed.error, value)}`,
  )
}
