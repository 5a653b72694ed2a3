import { z } from 'zod'
import {
  common,
  confidence,
  externalReference,
  id,
  killChainPhase,
  OPENCTI_EXTENSION,
  openctiIndicator,
  ordered,
  reference,
  timestamp,
} from './common.js'
import { MarkingDefinition } from './marking.js'
import { DomainName, File, Ipv4Addr, Ipv6Addr, Url } from './observables.js'
import { Relationship, Sighting } from './relations.js'

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
export type Identity = z.infer<typeof Identity>

/** Without aliases: OpenCTI makes one of two entities that share an alias. */
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
export type Malware = z.infer<typeof Malware>

/** The two patterns the feed has, spelt as OpenCTI's server spells them: one value, or a name on an address. */
const LITERAL = String.raw`'((?:[^'\\]|\\['\\])+)'`
const ONE_VALUE = new RegExp(
  `^\\[(domain-name|ipv4-addr|ipv6-addr|url|file):(?:value|hashes\\.'(?:MD5|SHA-1|SHA-256|SHA-512)') = ${LITERAL}\\]$`,
)
const PAIR = new RegExp(
  `^\\[domain-name:value = ${LITERAL} AND domain-name:resolves_to_refs\\[\\*\\]\\.value = ${LITERAL}\\]$`,
)

const MAIN_OBSERVABLE: Record<string, string> = {
  'domain-name': 'Domain-Name',
  'ipv4-addr': 'IPv4-Addr',
  'ipv6-addr': 'IPv6-Addr',
  url: 'Url',
  file: 'StixFile',
}

export const Indicator = z
  .strictObject({
    type: z.literal('indicator'),
    id: id('indicator'),
    ...common,
    /** Final: nothing of this id comes back (section 3.6). */
    revoked: z.literal(true).optional(),
    name: z.string().min(1),
    description: z.string().min(1),
    indicator_types: z.array(z.string()).min(1),
    pattern: z
      .string()
      .refine(
        (pattern) => ONE_VALUE.test(pattern) || PAIR.test(pattern),
        'one value or one pair, as OpenCTI spells it',
      ),
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
  .superRefine(({ pattern, revoked, extensions }, context) => {
    const { main_observable_type, detection } = extensions[OPENCTI_EXTENSION]
    const report = (message: string) =>
      context.addIssue({ code: 'custom', path: ['extensions', OPENCTI_EXTENSION], message })
    const type = ONE_VALUE.exec(pattern)?.[1] ?? 'domain-name'
    if (main_observable_type !== MAIN_OBSERVABLE[type])
      report(`the pattern is about a ${MAIN_OBSERVABLE[type]}`)
    if (revoked && detection) report('what is revoked detects nothing')
  })
export type Indicator = z.infer<typeof Indicator>

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
export type Report = z.infer<typeof Report>

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
