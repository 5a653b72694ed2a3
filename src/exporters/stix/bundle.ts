import { createHash } from 'node:crypto'
import { objectId } from '../../core/ids.js'
import type { Report, StixObject } from '../../model/stix/index.js'

/** UTF-16 units that are hashed and handed on at a time. */
const CHUNK = 65_536

/** Ids that are kept as one text: half a million of them would else take more memory than all the rest. */
const REFS = 1_000

/**
 * A bundle with one object a line. Its id follows from what it holds, so it comes last: nothing is made twice, and never
 * are all objects held at once.
 * @param report of all of them but the markings, which are no content; it stands at their end
 */
export function* bundleText(
  namespace: string,
  objects: Iterable<StixObject>,
  report: Omit<Report, 'object_refs'> | null = null,
): Iterable<string> {
  const hash = createHash('sha256')
  yield '{"type":"bundle","objects":[\n'
  for (const text of inChunks(linesOf(objects, report))) {
    hash.update(text)
    yield text
  }
  yield `\n],"id":"${objectId(namespace, 'bundle', hash.digest('hex'))}"}\n`
}

function* linesOf(
  objects: Iterable<StixObject>,
  report: Omit<Report, 'object_refs'> | null,
): Iterable<string> {
  const refs: string[] = []
  let ids: string[] = []
  let separator = ''
  for (const object of objects) {
    yield separator
    yield JSON.stringify(object)
    separator = ',\n'
    if (report === null || object.type === 'marking-definition') continue
    if (ids.length === REFS) {
      refs.push(ids.join('","'))
      ids = []
    }
    ids.push(object.id)
  }
  if (report === null) return
  yield `${separator}${JSON.stringify(report).slice(0, -1)},"object_refs":["`
  for (const text of refs) yield `${text}","`
  yield `${ids.join('","')}"]}`
}

function* inChunks(pieces: Iterable<string>): Iterable<string> {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
