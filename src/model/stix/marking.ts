import { z } from 'zod'

/** TLP:WHITE of STIX 2.1 (section 7.2.1.4); OpenCTI shows it as TLP:CLEAR. */
export const TLP_WHITE = 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9'
/** TLP:CLEAR of TLP 2.0, as OASIS publishes it for STIX 2.1. */
export const TLP_CLEAR = 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487'
/** The extension by which OASIS says TLP 2.0. */
export const TLP_2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d'

/** Only the official objects, byte for byte: consumers know them by id and may never look inside. */
export const TlpWhite = z.strictObject({
  type: z.literal('marking-definition'),
  spec_version: z.literal('2.1'),
  id: z.literal(TLP_WHITE),
  created: z.literal('2017-01-20T00:00:00.000Z'),
  definition_type: z.literal('tlp'),
  name: z.literal('TLP:WHITE'),
  definition: z.strictObject({ tlp: z.literal('white') }),
})
export const TlpClear = z.strictObject({
  type: z.literal('marking-definition'),
  spec_version: z.literal('2.1'),
  id: z.literal(TLP_CLEAR),
  created: z.literal('2022-10-01T00:00:00.000Z'),
  name: z.literal('TLP:CLEAR'),
  extensions: z.strictObject({
    [TLP_2_EXTENSION]: z.strictObject({
      extension_type: z.literal('property-extension'),
      tlp_2_0: z.literal('clear'),
    }),
  } as const),
})

export const MarkingDefinition = z.discriminatedUnion('id', [TlpWhite, TlpClear])
export type MarkingDefinition = z.infer<typeof MarkingDefinition>
