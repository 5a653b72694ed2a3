import { createHash } from 'node:crypto'
import { objectId } from '../../core/ids.js'
import type { StixObject } from '../../model/stix/index.js'

/**
 * A bundle with one object a line. Its id follows from what it holds, so it comes last: nothing is made twice, and never
 * are all objects held at once.
 */
export function* bundleText(namespace: string, objects: Iterable<StixObject>): Iterable<string> {
  const hash = createHash('sha256')
  yield '{"type":"bundle","objects":[\n'
  let separator = ''
  for (const object of objects) {
    const line = JSON.stringify(object)
    hash.update(line)
    yield `${separator}${line}`
    separator = ',\n'
  }
  yield `\n],"id":"${objectId(namespace, 'bundle', hash.digest('hex'))}"}\n`
}
