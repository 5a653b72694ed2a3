import { z } from 'zod'
import { parseTime } from '../../core/time.js'
import { FeedError, quote } from '../../errors.js'
import type { ListInput } from '../../model/ports.js'
import { OBSERVABLE_TYPES, OPENCTI_EXTENSION } from '../../model/stix/common.js'
import { rowOrNull } from './draft.js'
import { parsedJson, sayIssue, wholeText } from './whole-json.js'

const time = z
  .string()
  .transform((text) => parseTime(text))
  .refine((at) => at !== null, 'no time; wanted: 2021-06-29T12:00:00Z')
  .transform((at) => at!)
const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]*--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'no identifier')
/** What is not there is left out, or null, by who writes it. */
const texts = z.array(z.string()).nullish()

const made = { id, created: time, modified: time.nullish(), created_by_ref: z.string().nullish() }

/** Of what others write, only what is read: properties besides are anybody's. */
const Indicator = z.object({
  type: z.literal('indicator'),
  ...made,
  description: z.string().nullish(),
  pattern: z.string(),
  /** STIX 2.0 knows no other. */
  pattern_type: z.string().nullish(),
  revoked: z.boolean().nullish(),
  labels: texts,
  external_references: z
    .array(
      z.object({
        source_name: z.string().nullish(),
        description: z.string().nullish(),
        url: z.string().nullish(),
        external_id: z.string().nullish(),
      }),
    )
    .nullish(),
})
export type StixIndicator = z.infer<typeof Indicator> & { ids: string[] }

const Relationship = z.object({
  type: z.literal('relationship'),
  ...made,
  relationship_type: z.string(),
  source_ref: z.string(),
  target_ref: z.string(),
  revoked: z.boolean().nullish(),
  start_time: time.nullish(),
  stop_time: time.nullish(),
})
export type StixRelationship = z.infer<typeof Relationship>

const Sighting = z.object({
  type: z.literal('sighting'),
  ...made,
  sighting_of_ref: z.string(),
  first_seen: time.nullish(),
  last_seen: time.nullish(),
  where_sighted_refs: texts,
})
export type StixSighting = z.infer<typeof Sighting>

/** What an indicator may indicate by name: malware, and whoever uses it. */
const THREATS = ['malware', 'intrusion-set', 'campaign', 'threat-actor'] as const
const Named = z.object({
  type: z.enum(['identity', ...THREATS]),
  id,
  modified: time.nullish(),
  name: z.string(),
})

/** What tells of several objects at once. */
const Collection = z.object({
  type: z.enum(['report', 'grouping']),
  id,
  modified: time.nullish(),
  name: z.string().nullish(),
  labels: texts,
  object_refs: z
    .array(z.string())
    .nullish()
    .transform((refs) => refs ?? []),
})

const observable = {
  type: z.enum(OBSERVABLE_TYPES),
  value: z.string().nullish(),
  hashes: z.record(z.string(), z.string().nullish()).nullish(),
  resolves_to_refs: texts,
}
const Observable = z.object({ ...observable, id })
export type StixObservable = z.infer<typeof Observable>

/** Of STIX 2.0, which has observables nowhere else: its own, each by a name that only it knows. */
const ObservedData = z.object({
  type: z.literal('observed-data'),
  id,
  modified: time.nullish(),
  objects: z.record(z.string(), z.looseObject({ type: z.string() })).nullish(),
})

const SCHEMAS = new Map<string, z.ZodType<StixObject>>(
  [
    [['indicator'], Indicator],
    [['relationship'], Relationship],
    [['sighting'], Sighting],
    [['identity', ...THREATS], Named],
    [['report', 'grouping'], Collection],
    [OBSERVABLE_TYPES, Observable],
    [['observed-data'], ObservedData],
  ].flatMap(([types, schema]) => (types as string[]).map((type) => [type, schema as z.ZodType<StixObject>])),
)

type StixObject =
  | z.infer<typeof Indicator>
  | StixRelationship
  | StixSighting
  | z.infer<typeof Named>
  | z.infer<typeof Collection>
  | StixObservable
  | z.infer<typeof ObservedData>

/** What a bundle holds, as far as it is read; by id, each object in its newest version. */
export interface Graph {
  indicators: StixIndicator[]
  relationships: StixRelationship[]
  sightings: StixSighting[]
  collections: z.infer<typeof Collection>[]
  /** Names of identities and of threats. */
  names: Map<string, string>
  threats: Set<string>
  observables: Map<string, StixObservable>
  /** By id, that and others that an object had where it came by. */
  ids: Map<string, string[]>
}

const Whole = z.object({ type: z.string().nullish(), objects: z.array(z.unknown()).nullish() })

/**
 * Reads a bundle, or an envelope of TAXII 2.1.
 * @throws {FeedError} `input` that names file, object, property and value
 */
export async function graphOf(input: ListInput): Promise<Graph> {
  const newest = new Map<string, { object: StixObject; ids: string[] }>()
  for (const [n, value] of (await objectsOf(input)).entries()) {
    const read = rowOrNull(input, () => readObject(value, n, input.name))
    if (read === null) continue
    const known = newest.get(read.object.id)
    if (known === undefined || versionOf(read.object) > versionOf(known.object))
      newest.set(read.object.id, read)
  }
  const graph: Graph = {
    indicators: [],
    relationships: [],
    sightings: [],
    collections: [],
    names: new Map(),
    threats: new Set(),
    observables: new Map(),
    ids: new Map(),
  }
  for (const { object, ids } of newest.values()) put(graph, object, ids)
  return graph
}

const versionOf = (object: StixObject): string => ('modified' in object && object.modified) || ''

function put(graph: Graph, object: StixObject, ids: string[]): void {
  graph.ids.set(object.id, ids)
  switch (object.type) {
    case 'indicator':
      graph.indicators.push({ ...object, ids })
      return
    case 'relationship':
      if (!object.revoked) graph.relationships.push(object)
      return
    case 'sighting':
      graph.sightings.push(object)
      return
    case 'report':
    case 'grouping':
      graph.collections.push(object)
      return
    case 'observed-data':
      for (const [key, given] of Object.entries(object.objects ?? {})) {
        const own = Observable.safeParse({ ...given, id: object.id })
        if (own.success) graph.observables.set(...inside(object.id, key, own.data))
      }
      return
    default:
      if ('name' in object) {
        graph.names.set(object.id, object.name)
        if (object.type !== 'identity') graph.threats.add(object.id)
      } else graph.observables.set(object.id, object)
  }
}

/** An observable of observed data, whose references name others of the same. */
const inside = (of: string, key: string, one: StixObservable): [string, StixObservable] => [
  `${of} ${key}`,
  { ...one, id: `${of} ${key}`, resolves_to_refs: one.resolves_to_refs?.map((ref) => `${of} ${ref}`) },
]

async function objectsOf(input: ListInput): Promise<unknown[]> {
  const text = await wholeText(input)
  if (/^\s*</.test(text))
    throw new FeedError(
      'input',
      `${input.name}: XML; STIX 1 is not read: convert it to STIX 2.1 (stix2-elevator of OASIS does)`,
    )
  const whole = Whole.safeParse(parsedJson(text, input.name))
  const isBundle = whole.data?.type === 'bundle' || (whole.data?.type == null && whole.data?.objects)
  if (!whole.success || !isBundle)
    throw new FeedError(
      'input',
      `${input.name}: no STIX bundle ({"type":"bundle","objects":[…]}), and no TAXII envelope ({"objects":[…]}): ${quote(text.trim(), 60)}`,
    )
  return whole.data.objects ?? []
}

/** Where MISP makes one attribute of an indicator and its observable, it keeps the observable's UUID, and says this. */
const MISP_ID = /^Indicator ID: (indicator--[0-9a-f-]{36})$/m

const AnyObject = z.object({
  type: z.string(),
  id: z.string().nullish().catch(null),
  x_opencti_stix_ids: texts.catch(null),
  extensions: z
    .object({ [OPENCTI_EXTENSION]: z.object({ stix_ids: texts }).nullish() })
    .nullish()
    .catch(null),
})

/** Null for what says nothing here: markings, notes, observables of other kinds, what nobody knows yet. */
function readObject(value: unknown, n: number, name: string): { object: StixObject; ids: string[] } | null {
  const any = AnyObject.safeParse(value)
  if (!any.success) throw new FeedError('input', `${name}: objects.${n}: ${sayIssue(any.error, value)}`)
  const { type, id = null, x_opencti_stix_ids, extensions } = any.data
  if (type === 'bundle')
    throw new FeedError(
      'input',
      `${name}: objects.${n}: a bundle inside the bundle: ${quote(id)}; import it by itself`,
    )
  const schema = SCHEMAS.get(type)
  if (!schema) return null
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new FeedError(
      'input',
      `${name}: objects.${n} ${quote(id ?? type)}: ${sayIssue(parsed.error, value)}`,
    )
  const told = 'description' in parsed.data ? (parsed.data.description ?? '') : ''
  const others = [
    ...(x_opencti_stix_ids ?? []),
    ...(extensions?.[OPENCTI_EXTENSION]?.stix_ids ?? []),
    ...(MISP_ID.exec(told)?.slice(1) ?? []),
  ]
  return { object: parsed.data, ids: [parsed.data.id, ...others] }
}
