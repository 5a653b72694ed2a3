import { z } from 'zod'
import { StixObject } from './objects.js'

/**
 * A STIX 2.1 bundle of ours. Beyond each object: ids are unique, and so are their UUIDs over all types (section 2.9);
 * every reference resolves, and points backwards, so that an importer can take one object after another; an identity may
 * name itself its creator; there is one report at most, since MISP makes an event of each.
 */
export const Bundle = z
  .strictObject({
    type: z.literal('bundle'),
    id: z.string().regex(/^bundle--[0-9a-f-]{36}$/),
    objects: z.array(StixObject).min(1),
  })
  .superRefine(({ objects }, context) => {
    const seen = new Map<string, string>()
    let reports = 0
    objects.forEach((object, n) => {
      const report = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path: ['objects', n, ...path], message })
      const [type, uuid] = object.id.split('--') as [string, string]
      const other = seen.get(uuid)
      if (other !== undefined)
        report(
          ['id'],
          other === type ? `a second object ${object.id}` : `UUID ${uuid} stands for a ${other} too`,
        )
      seen.set(uuid, type)
      if (type === 'report' && ++reports > 1) report([], 'a second report')
      for (const [property, reference] of references(object)) {
        if (!isKnown(seen, reference)) report([property], `${reference} does not stand before this object`)
      }
    })
  })
export type Bundle = z.infer<typeof Bundle>

const isKnown = (seen: Map<string, string>, reference: string): boolean => {
  const [type, uuid] = reference.split('--') as [string, string]
  return seen.get(uuid) === type
}

/** All of an object: an observable names its creator within the extension. */
function* references(object: object): Iterable<[string, string]> {
  for (const [property, value] of Object.entries(object)) {
    if (property === 'extensions') {
      for (const extension of Object.values(value as object)) yield* references(extension as object)
    } else if (/_refs?$/.test(property)) {
      for (const reference of [value].flat() as string[]) yield [property, reference]
    }
  }
}
