import { createHash } from 'node:crypto'
import { objectId } from '../../core/ids.js'
import type { Exporter } from '../../model/ports.js'
import { jsonLines } from '../text.js'
import { stixObjects } from './objects.js'

/** One STIX 2.1 bundle of everything published: observables, indicators, relationships, sightings and a report. */
export const stix: Exporter = {
  names: ['stix'],
  summary: 'stix/bundle.json: STIX 2.1, for OpenCTI, MISP and anything that reads it',
  render(snapshot) {
    // The id follows from the content, so the objects are made twice and never held all at once.
    const hash = createHash('sha256')
    for (const object of stixObjects(snapshot)) hash.update(JSON.stringify(object))
    const id = objectId(snapshot.publisher.namespace, 'bundle', hash.digest('hex'))
    return [
      {
        path: 'stix/bundle.json',
        mediaType: 'application/stix+json;version=2.1',
        entries: snapshot.indicators.length,
        body: jsonLines(stixObjects(snapshot), `{"type":"bundle","id":"${id}","objects":[`, ']}'),
      },
    ]
  },
}
