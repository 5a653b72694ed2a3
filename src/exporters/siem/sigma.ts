import { objectId } from '../../core/ids.js'
import { dayOf } from '../../core/time.js'
import type { Checker, ConsumerFormat } from '../../model/consumer.js'
import { isAddress } from '../../model/observable.js'
import type { Indicator, Snapshot } from '../../model/snapshot.js'
import { hostName, lineGrammar, network, refuse } from '../grammar.js'
import { orNothing } from '../nothing.js'

/**
 * A rule with one list of values under one field of Sigma's taxonomy.
 *
 * It has no `modified`, which would change a line more with each value; what changed is in the repository's history.
 */
const rule = (
  name: string,
  field: string,
  category: string,
  title: string,
  kind: 'name' | 'address',
  takes: (indicator: Indicator) => boolean,
): ConsumerFormat => ({
  name: `sigma-${name}`,
  path: `siem/sigma-${name}.yml`,
  mediaType: 'application/yaml; charset=utf-8',
  consumer: `Sigma rule, category ${category}`,
  reference:
    'https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md',
  // The parts of a split rule would share one id.
  maxEntries: null,
  whenEmpty: `the rule with a value that matches nothing: a field without one would match events that lack the field`,
  checkedBy: 'sigma',
  takes,
  *write(listed, snapshot) {
    const { publisher, profile } = snapshot
    yield `title: ${quoted(`${profile.family} ${title}`)}`
    yield `id: ${objectId(publisher.namespace, 'sigma', name).slice('sigma--'.length)}`
    yield 'status: test'
    yield `description: ${quoted(`Detects traffic to what was reported as ${profile.family} and is active now`)}`
    yield 'references:'
    yield `    - ${quoted(publisher.baseUrl)}`
    yield `author: ${quoted(publisher.name)}`
    yield* dateOf(snapshot)
    yield 'logsource:'
    yield `    category: ${category}`
    yield 'detection:'
    yield '    selection:'
    yield `        ${field}:`
    const values = listed.map(({ value }) => value)
    for (const value of orNothing(values, kind)) yield `            - ${quoted(value)}`
    yield '    condition: selection'
    yield 'falsepositives:'
    yield `    - ${quoted('Names and addresses that have changed hands')}`
    yield 'level: high'
  },
  grammar: ruleGrammar,
})

export const sigma: ConsumerFormat[] = [
  rule('dns', 'query', 'dns', 'Name Looked Up', 'name', ({ type }) => type === 'domain-name'),
  rule('proxy', 'cs-host', 'proxy', 'Host Requested', 'name', ({ type }) => type === 'domain-name'),
  rule('ip', 'dst_ip', 'firewall', 'Address Contacted', 'address', ({ type }) => isAddress(type)),
]

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Since when the feed publishes; none before its first publication. */
function* dateOf({ indicators }: Snapshot): Iterable<string> {
  const first = indicators.map(({ stamp }) => stamp.created).reduce((a, b) => (a < b ? a : b), '9999')
  if (/^\d{4}-/.test(first)) yield `date: ${dayOf(first)}`
}

const KEYS =
  /^(?:title|id|name|related|taxonomy|status|description|license|author|references|date|modified|logsource|detection|fields|falsepositives|level|tags|scope)$/
/** Of values that the specification counts up or spells. */
const FORMS: Record<string, RegExp> = {
  title: /^.{1,256}$/,
  id: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  status: /^(?:stable|test|experimental|deprecated|unsupported)$/,
  level: /^(?:informational|low|medium|high|critical)$/,
  date: /^\d{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12]\d|3[01])$/,
  modified: /^\d{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12]\d|3[01])$/,
}
const VALUES: Record<string, (value: string) => unknown> = {
  query: (value) => hostName(value.replace(/^\./, '')),
  'cs-host': (value) => hostName(value.replace(/^\./, ''), { orAddress: true }),
  dst_ip: (value) => network(value),
}

/** One rule in block style, four spaces a level, with lists of plain or single-quoted values. */
function ruleGrammar(): Checker {
  /** Keys under which the next line may stand. */
  const path: string[] = []
  let isOpen = false
  const keys = new Set<string>()
  const nothingUnder = () => (isOpen ? `nothing stands under ${path.at(-1)}` : null)
  const lines = lineGrammar((line) => {
    if (line === '' || line.startsWith('#')) return null
    const [, indent = '', dash, key = '', rest = ''] =
      /^((?: {4})*)(?:(- )|([\w|.-]+):(?: |$))(.*)$/.exec(line) ??
      refuse('not a key or an item of a list, four spaces a level')
    const depth = indent.length / 4
    if (depth > path.length || (dash && depth === 0)) refuse('stands under no key')
    const fault = depth < path.length ? nothingUnder() : null
    path.length = depth
    isOpen = false
    const value = unquoted(rest)
    if (dash) {
      VALUES[path.at(-1)!.replace(/\|.*$/, '')]?.(value)
      return `${value} under ${path.join('.')}`
    }
    if (depth === 0 && !KEYS.test(key)) refuse(`${key} is no key of a rule`)
    if (depth === 0 && FORMS[key]?.test(value) === false) refuse(`${value} is no ${key}`)
    path.push(key)
    const name = path.join('.')
    keys.add(name)
    isOpen = value === ''
    if (!isOpen) path.pop()
    if (fault) refuse(fault)
    return `the key ${name}`
  })()
  return {
    ...lines,
    end: () => {
      const missing = ['title', 'logsource', 'detection', 'detection.condition'].find((key) => !keys.has(key))
      if (missing) return `no ${missing}`
      return nothingUnder()
    },
  }
}

/** @throws {Refusal} for what YAML would read as something else than the text */
function unquoted(text: string): string {
  const [, inside] = /^'((?:[^']|'')*)'$/.exec(text) ?? []
  if (inside !== undefined) return inside.replaceAll("''", "'")
  if (/^["'&*!|>%@`[\]{},#?-]|: | #|:$/.test(text)) refuse(`${text} must stand in single quotes`)
  return text
}
