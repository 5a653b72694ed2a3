import { hashAlgorithm } from '../../core/canonical.js'
import { objectId, uuidOf } from '../../core/ids.js'
import type { Instant } from '../../model/document.js'
import type { Listing, SourceMonth } from '../../model/listing.js'
import type { Attribute, ObjectAttribute, TemplateObject } from '../../model/misp.js'
import type { Observable } from '../../model/observable.js'

/** Of what is listed here no more, whoever reported it; it may stand in another event. */
const WITHDRAWN = 'No longer listed here'

/** Templates as misp-objects has them. */
const TEMPLATES = {
  file: {
    name: 'file',
    'meta-category': 'file',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '25',
    description: 'File object describing a file with meta-information',
  },
  'domain-ip': {
    name: 'domain-ip',
    'meta-category': 'network',
    template_uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734',
    template_version: '11',
    description: 'A domain/hostname and IP address seen as a tuple in a specific time frame.',
  },
} as const

/** Names, addresses and URLs stand by themselves. */
export function* attributes({ values }: SourceMonth): Iterable<Attribute> {
  for (const one of values) if (one.type !== 'file') yield attribute(one)
}

export function* objects({ id, values, pairs }: SourceMonth, namespace: string): Iterable<TemplateObject> {
  for (const one of values) {
    if (one.type !== 'file') continue
    const file = attribute(one)
    const object = uuidOf(objectId(namespace, 'misp-object', uuidOf(id), one.value))
    yield templateObject('file', object, one.modified, [{ ...file, object_relation: file.type }])
  }
  for (const { id, domain, ip, modified } of pairs)
    yield templateObject('domain-ip', uuidOf(id), modified, [
      { ...attribute(domain), object_relation: 'domain' },
      { ...attribute(ip), object_relation: 'ip' },
    ])
}

function attribute(one: Listing): Attribute {
  return {
    uuid: uuidOf(one.id),
    type: typeOf(one),
    category: one.type === 'file' ? 'Payload delivery' : 'Network activity',
    value: one.value,
    // Also of what is deleted here and lives elsewhere: OpenCTI's connector looks at to_ids alone, whatever is deleted.
    to_ids: one.isActive,
    comment: one.state === 'withdrawn' ? WITHDRAWN : one.comment,
    timestamp: epoch(one.modified),
    ...(one.firstSeen ? { first_seen: microseconds(one.firstSeen) } : {}),
    ...(one.lastSeen ? { last_seen: microseconds(one.lastSeen) } : {}),
    disable_correlation: false,
    deleted: one.state === 'withdrawn',
  }
}

function templateObject(
  name: keyof typeof TEMPLATES,
  uuid: string,
  modified: Instant,
  held: ObjectAttribute[],
): TemplateObject {
  const [{ first_seen, last_seen, deleted }] = held as [ObjectAttribute]
  return {
    uuid,
    ...TEMPLATES[name],
    timestamp: epoch(modified),
    ...(first_seen ? { first_seen } : {}),
    ...(last_seen ? { last_seen } : {}),
    deleted,
    Attribute: held,
  }
}

const HASH_TYPES = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' } as const

function typeOf({ type, value }: Observable): Attribute['type'] {
  if (type === 'file') return HASH_TYPES[hashAlgorithm(value)]
  return type === 'domain-name' ? 'domain' : type === 'url' ? 'url' : 'ip-dst'
}

export const epoch = (at: Instant): string => String(Date.parse(at) / 1000)

const microseconds = (at: Instant): string => at.replace(/Z$/, '000+00:00')
