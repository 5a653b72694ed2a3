import { z } from 'zod'
import {
  common,
  confidence,
  externalReference,
  id,
  killChainPhase,
  observable,
  openctiIndicator,
  openctiObservable,
  ordered,
  reference,
  timestamp,
} from './common.js'

/** TLP:WHITE of STIX 2.1 (section 7.2.1.4), byte for byte; OpenCTI shows it as TLP:CLEAR. */
export const MarkingDefinition = z.strictObject({
  type: z.literal('marking-definition'),
  spec_version: z.literal('2.1'),
  id: z.literal('marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9'),
  created: z.literal('2017-01-20T00:00:00.000Z'),
  definition_type: z.literal('tlp'),
  name: z.literal('TLP:WHITE'),
  definition: z.strictObject({ tlp: z.literal('white') }),
})

export const Identity = z
  .strictObject({
    type: z.literal('identity'),
    id: id('identity'),
    ...common,
    name: z.string().min(1),
    description: z.string().min(1).optional(),
    identity_class: z.enum(['individual', 'organization']),
    contact_information: z.string().min(1).optional(),
  })
  .superRefine(ordered('created', 'modified'))

export const Malware = z
  .strictObject({
    type: z.literal('malware'),
    id: id('malware'),
    ...common,
    name: z.string().min(1),
    description: z.string().min(1),
    malware_types: z.array(z.string()).min(1),
    is_family: z.boolean(),
    kill_chain_phases: z.array(killChainPhase).min(1).optional(),
    external_references: z.array(externalReference).min(1).optional(),
  })
  .superRefine(ordered('created', 'modified'))

export const DomainName = z.strictObject({
  type: z.literal('domain-name'),
  id: id('domain-name'),
  ...observable,
  value: z
    .string()
    .regex(
      /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
      'a lower-case A-label name',
    ),
  resolves_to_refs: z
    .array(z.union([id('ipv4-addr'), id('ipv6-addr')]))
    .min(1)
    .optional(),
  extensions: openctiObservable,
})

export const Ipv4Addr = z.strictObject({
  type: z.literal('ipv4-addr'),
  id: id('ipv4-addr'),
  ...observable,
  value: z.ipv4(),
  extensions: openctiObservable,
})

export const Ipv6Addr = z.strictObject({
  type: z.literal('ipv6-addr'),
  id: id('ipv6-addr'),
  ...observable,
  value: z.ipv6(),
  extensions: openctiObservable,
})

export const Url = z.strictObject({
  type: z.literal('url'),
  id: id('url'),
  ...observable,
  value: z.url(),
  extensions: openctiObservable,
})

const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} lower-case hex digits`)
    .optional()

/** A file by its hashes. Carries no extension: on `file` that would change the id (section 6.7.1). */
export const File = z.strictObject({
  type: z.literal('file'),
  id: id('file'),
  ...observable,
  hashes: z
    .strictObject({ MD5: hex(32), 'SHA-1': hex(40), 'SHA-256': hex(64), 'SHA-512': hex(128) })
    .refine((hashes) => Object.keys(hashes).length > 0, 'a file needs a hash'),
})

export const Indicator = z
  .strictObject({
    type: z.literal('indicator'),
    id: id('indicator'),
    ...common,
    name: z.string().min(1),
    description: z.string().min(1),
    indicator_types: z.array(z.string()).min(1),
    pattern: z
      .string()
      .regex(/^\[[a-z0-9-]+:[^\s=]+ = '(?:[^'\\]|\\['\\])+'\]$/, 'one comparison, as OpenCTI spells it'),
    pattern_type: z.literal('stix'),
    pattern_version: z.literal('2.1'),
    valid_from: timestamp,
    valid_until: timestamp.optional(),
    confidence,
    labels: z.array(z.string().min(1)).min(1),
    kill_chain_phases: z.array(killChainPhase).min(1).optional(),
    external_references: z.array(externalReference).min(1).optional(),
    extensions: openctiIndicator,
  })
  .superRefine(ordered('created', 'modified'))
  .superRefine(ordered('valid_from', 'valid_until', true))

export const Relationship = z
  .strictObject({
    type: z.literal('relationship'),
    id: id('relationship'),
    ...common,
    relationship_type: z.enum(['indicates', 'based-on', 'resolves-to']),
    source_ref: reference,
    target_ref: reference,
    start_time: timestamp.optional(),
    stop_time: timestamp.optional(),
  })
  .superRefine(ordered('created', 'modified'))
  .superRefine(ordered('start_time', 'stop_time', true))

export const Sighting = z
  .strictObject({
    type: z.literal('sighting'),
    id: id('sighting'),
    ...common,
    first_seen: timestamp,
    last_seen: timestamp,
    count: z.literal(1),
    sighting_of_ref: id('indicator'),
    where_sighted_refs: z.array(id('identity')).length(1),
  })
  .superRefine(ordered('created', 'modified'))
  .superRefine(ordered('first_seen', 'last_seen'))

export const Report = z
  .strictObject({
    type: z.literal('report'),
    id: id('report'),
    ...common,
    name: z.string().min(1),
    description: z.string().min(1),
    report_types: z.array(z.string()).min(1),
    published: timestamp,
    object_refs: z.array(reference).min(1),
  })
  .superRefine(ordered('created', 'modified'))

export const StixObject = z.discriminatedUnion('type', [
  MarkingDefinition,
  Identity,
  Malware,
  DomainName,
  Ipv4Addr,
  Ipv6Addr,
  Url,
  File,
  Indicator,
  Relationship,
  Sighting,
  Report,
])
export type StixObject = z.infer<typeof StixObject>
