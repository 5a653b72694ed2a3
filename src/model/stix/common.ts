import { z } from 'zod'

/** STIX 2.1 `identifier` of one type: `<type>--<UUID>` (section 2.9). */
export const id = <T extends string>(type: T) =>
  z.templateLiteral([type, '--', z.uuid()]) as unknown as z.ZodType<`${T}--${string}`, `${T}--${string}`>

/** Types of cyber-observables the feed has. */
export const OBSERVABLE_TYPES = ['domain-name', 'file', 'ipv4-addr', 'ipv6-addr', 'url'] as const

/** STIX 2.1 `timestamp` (section 3.2), with the three sub-second digits the Best Practice Guide asks for. */
export const timestamp = z.iso.datetime({
  precision: 3,
  error: 'a UTC timestamp with three sub-second digits',
})

export const confidence = z.number().int().min(0).max(100)

/** Any `identifier`: `<type>--<UUID>`. */
export const reference = z
  .string()
  .regex(/^[a-z0-9-]+--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'an identifier')

export const typeOf = (identifier: string): string => identifier.slice(0, identifier.indexOf('--'))

export const externalReference = z
  .strictObject({
    source_name: z.string().min(1),
    description: z.string().min(1).optional(),
    url: z.url().optional(),
    external_id: z.string().min(1).optional(),
  })
  .refine(
    ({ url, external_id }) => url !== undefined || external_id !== undefined,
    'a reference needs url or external_id',
  )

export const killChainPhase = z.strictObject({
  kill_chain_name: z.string().min(1),
  phase_name: z.string().min(1),
})

const markings = z.array(id('marking-definition')).min(1)

/** Properties every SDO and SRO of ours has (section 3.2). */
export const common = {
  spec_version: z.literal('2.1'),
  created_by_ref: id('identity'),
  created: timestamp,
  modified: timestamp,
  object_marking_refs: markings,
}

/** Properties every SCO of ours has. */
export const observable = { spec_version: z.literal('2.1'), object_marking_refs: markings }

/** OpenCTI's property extension: what its importer reads instead of custom properties. */
export const OPENCTI_EXTENSION = 'extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba'

const opencti = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject({
    [OPENCTI_EXTENSION]: z.strictObject({ extension_type: z.literal('property-extension'), ...shape }),
  } as const)

export const openctiObservable = opencti({
  score: confidence,
  labels: z.array(z.string()).min(1),
  created_by_ref: id('identity'),
})

export const openctiIndicator = opencti({
  score: confidence,
  detection: z.boolean(),
  main_observable_type: z.enum(['Domain-Name', 'IPv4-Addr', 'IPv6-Addr', 'Url', 'StixFile']),
})

/** Cross-field rule: `later` is not before `earlier`; with `strict`, truly after it. */
export const ordered =
  <T extends object>(earlier: keyof T & string, later: keyof T & string, strict = false) =>
  (value: T, context: z.RefinementCtx): void => {
    const [from, to] = [value[earlier], value[later]] as [string | undefined, string | undefined]
    if (from !== undefined && to !== undefined && (strict ? from >= to : from > to))
      context.addIssue({
        code: 'custom',
        path: [later],
        message: `${later} must be ${strict ? 'after' : 'no earlier than'} ${earlier}`,
      })
  }
