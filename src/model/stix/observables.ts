import { z } from 'zod'
import { id, observable, openctiObservable } from './common.js'
import { contributingHash, observableId } from './ids.js'

/** Cross-field rule: the id of an observable is made of its value (section 2.9). */
const identified = <T extends { type: string; id: string }>(
  { type, id, ...one }: T & ({ value: string } | { hashes: Partial<Record<string, string>> }),
  context: z.RefinementCtx,
): void => {
  const expected = observableId(
    type,
    'hashes' in one ? { hashes: contributingHash(one.hashes) } : { value: one.value },
  )
  if (id !== expected)
    context.addIssue({ code: 'custom', path: ['id'], message: `the id of this value is ${expected}` })
}

export const DomainName = z
  .strictObject({
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
  .superRefine(identified)
export type DomainName = z.infer<typeof DomainName>

export const Ipv4Addr = z
  .strictObject({
    type: z.literal('ipv4-addr'),
    id: id('ipv4-addr'),
    ...observable,
    value: z.ipv4(),
    extensions: openctiObservable,
  })
  .superRefine(identified)
export type Ipv4Addr = z.infer<typeof Ipv4Addr>

/** RFC 5952, which is how WHATWG writes an address in a URL. */
const isShortest = (address: string): boolean =>
  URL.canParse(`http://[${address}]/`) && new URL(`http://[${address}]/`).hostname === `[${address}]`

export const Ipv6Addr = z
  .strictObject({
    type: z.literal('ipv6-addr'),
    id: id('ipv6-addr'),
    ...observable,
    value: z.ipv6().refine(isShortest, 'an address as RFC 5952 spells it'),
    extensions: openctiObservable,
  })
  .superRefine(identified)
export type Ipv6Addr = z.infer<typeof Ipv6Addr>

export const Url = z
  .strictObject({
    type: z.literal('url'),
    id: id('url'),
    ...observable,
    value: z.url(),
    extensions: openctiObservable,
  })
  .superRefine(identified)
export type Url = z.infer<typeof Url>

const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} lower-case hex digits`)
    .optional()

/** A file by its hashes. Carries no extension: on `file` that would change the id (section 6.7.1). */
export const File = z
  .strictObject({
    type: z.literal('file'),
    id: id('file'),
    ...observable,
    hashes: z
      .strictObject({ MD5: hex(32), 'SHA-1': hex(40), 'SHA-256': hex(64), 'SHA-512': hex(128) })
      .refine((hashes) => Object.keys(hashes).length > 0, 'a file needs a hash'),
  })
  .superRefine(identified)
export type File = z.infer<typeof File>
