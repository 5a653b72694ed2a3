import { quote } from '../../errors.js'
import { MAX_LINE_BYTES } from './lines.js'

/**
 * STIX patterns (STIX 2.1 section 9; those of 2.0 are spelt alike), as far as they name values: no library of npm reads
 * them. Observations are read one by one, however they are joined and qualified; what compares by anything but equality
 * names no value.
 */
export interface PatternReading {
  /** As `readCell` takes them. */
  values: string[]
  pairs: { domain: string; ip: string }[]
  /** Comparisons with values that do not say "this one": negated, expressions, ranges. */
  inexact: number
}

/** Deeper brackets are an attack: the deepest that anybody's program makes is two or three. */
const MOST_DEPTH = 64
/** A pattern that puts more names on addresses says which stands where no more. */
const MOST_PAIRS = 1_000

interface Token {
  kind: 'text' | 'word' | 'sign' | 'end'
  text: string
  at: number
}

/** Nothing here can be tried in two ways, so it takes linear time. A path runs on to the comparison behind it. */
const TOKEN =
  /\s+|[tbh]?'(?<text>[^'\\]*(?:\\.[^'\\]*)*)'|(?<word>[\p{L}\d_][\p{L}\d_.+-]*(?::(?:[^\s=!<>()'",[\]]|\[[\d*]+\]|'[^'\\]*(?:\\.[^'\\]*)*')+)?)|(?<sign>!=|<>|[<>]=?|[=[\](),-])/suy

/** @throws {PatternError} */
function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < pattern.length) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(pattern)?.groups
    if (!groups) throw new PatternError(at, pattern)
    const { text, word, sign } = groups
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/gsu, '$1'), at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at })
    at = TOKEN.lastIndex
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

export class PatternError extends Error {
  constructor(at: number, pattern: string) {
    const rest = pattern.slice(at, at + 40)
    super(rest === '' ? 'no STIX pattern: it ends too early' : `no STIX pattern from ${quote(rest)} on`)
  }
}

/**
 * What a pattern names.
 * @throws {PatternError} for what is no STIX pattern
 */
export function readPattern(pattern: string): PatternReading {
  if (pattern.length > MAX_LINE_BYTES) throw new PatternError(MAX_LINE_BYTES, pattern)
  const reader = new Reader(pattern)
  const named = reader.observations(0)
  reader.end()
  return {
    values: [...new Set(named.flatMap(valuesOf))],
    pairs: [
      ...new Map(
        named.flatMap(({ pairs }) => pairs.map((pair) => [`${pair.domain} ${pair.ip}`, pair])),
      ).values(),
    ],
    inexact: reader.inexact,
  }
}

/** What a part of one observation names. */
interface Named {
  /** Hosts, by what they are to the pattern, and the rest: URLs and hashes. */
  names: string[]
  /** Addresses that a name resolves to. */
  resolved: string[]
  others: string[]
  /** Addresses of a connection, with its port where it is known; and that port. */
  ends: string[]
  port: string | null
  pairs: { domain: string; ip: string }[]
}

const NOTHING: Named = { names: [], resolved: [], others: [], ends: [], port: null, pairs: [] }

const valuesOf = ({ names, resolved, others, ends }: Named): string[] => [
  ...names,
  ...resolved,
  ...others,
  ...ends,
]

/** What paths name: the value itself, or that of the other end of a reference. */
const PATHS: [RegExp, 'names' | 'resolved' | 'others' | 'ends' | 'port'][] = [
  [/^domain-name:value$/, 'names'],
  [/^domain-name:resolves_to_refs\[(?:\*|\d+)\]\.value$/, 'resolved'],
  [/^(?:ipv4-addr|ipv6-addr|url):value$/, 'others'],
  [/^file:hashes\.(?:'[\w-]+'|[\w-]+)$/, 'others'],
  [/^network-traffic:(?:dst|src)_ref\.value$/, 'ends'],
  [/^network-traffic:dst_port$/, 'port'],
]

class Reader {
  inexact = 0
  readonly #pattern: string
  readonly #tokens: Token[]
  #next = 0

  constructor(pattern: string) {
    this.#pattern = pattern
    this.#tokens = tokensOf(pattern)
  }

  /** Observations in brackets, joined and qualified. */
  observations(depth: number): Named[] {
    const found: Named[] = []
    do {
      if (this.#takes('(')) {
        for (const named of this.observations(this.#deeper(depth))) found.push(named)
        this.#want(')')
      } else {
        this.#want('[')
        found.push(this.#comparisons(depth))
        this.#want(']')
      }
      this.#qualifiers()
    } while (this.#takesWord('AND') || this.#takesWord('OR') || this.#takesWord('FOLLOWEDBY'))
    return found
  }

  end(): void {
    if (this.#token.kind !== 'end') throw this.#error()
  }

  #qualifiers(): void {
    for (;;) {
      if (this.#takesWord('WITHIN')) {
        this.#value()
        this.#wantWord('SECONDS')
      } else if (this.#takesWord('REPEATS')) {
        this.#value()
        this.#wantWord('TIMES')
      } else if (this.#takesWord('START')) {
        this.#value()
        this.#wantWord('STOP')
        this.#value()
      } else return
    }
  }

  /** AND binds closer than OR. */
  #comparisons(depth: number): Named {
    const found: Named[] = []
    do {
      const all: Named[] = []
      do all.push(this.#comparison(depth))
      while (this.#takesWord('AND'))
      found.push(together(all))
    } while (this.#takesWord('OR'))
    return found.length === 1 ? found[0]! : either(found)
  }

  #comparison(depth: number): Named {
    if (this.#takes('(')) {
      const named = this.#comparisons(this.#deeper(depth))
      this.#want(')')
      return named
    }
    const isAbsent = this.#takesWord('NOT')
    if (isAbsent || this.#takesWord('EXISTS')) {
      if (isAbsent) this.#wantWord('EXISTS')
      this.#path()
      return NOTHING
    }
    const part = this.#path()
    const isNegated = this.#takesWord('NOT')
    const isExact = this.#comparator()
    const values = this.#values()
    if (part === null) return NOTHING
    const singles = values.map(single)
    const exact = isExact && !isNegated ? singles.filter((value) => value !== null) : []
    this.inexact += exact.length < values.length ? 1 : 0
    if (part === 'port') return exact.length === 1 ? { ...NOTHING, port: exact[0]! } : NOTHING
    return { ...NOTHING, [part]: exact }
  }

  #path(): (typeof PATHS)[number][1] | null {
    const { kind, text } = this.#token
    if (kind !== 'word' || !text.includes(':')) throw this.#error()
    this.#next++
    return PATHS.find(([path]) => path.test(text))?.[1] ?? null
  }

  /** @returns whether it says that the value is this one */
  #comparator(): boolean {
    const { kind, text } = this.#token
    const isKnown =
      kind === 'sign'
        ? /^(?:!=|<>|[<>]=?|=)$/.test(text)
        : /^(?:IN|LIKE|MATCHES|ISSUBSET|ISSUPERSET)$/.test(text)
    if (!isKnown) throw this.#error()
    this.#next++
    return text === '=' || text === 'IN'
  }

  #values(): string[] {
    if (!this.#takes('(')) return [this.#value()]
    const values = [this.#value()]
    while (this.#takes(',')) values.push(this.#value())
    this.#want(')')
    return values
  }

  #value(): string {
    const sign = this.#takes('-') ? '-' : ''
    const { kind, text } = this.#token
    if (kind !== 'text' && kind !== 'word') throw this.#error()
    this.#next++
    return `${sign}${text}`
  }

  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #takes(sign: string): boolean {
    const takes = this.#token.kind === 'sign' && this.#token.text === sign
    if (takes) this.#next++
    return takes
  }

  #takesWord(word: string): boolean {
    const takes = this.#token.kind === 'word' && this.#token.text === word
    if (takes) this.#next++
    return takes
  }

  #want(sign: string): void {
    if (!this.#takes(sign)) throw this.#error()
  }

  #wantWord(word: string): void {
    if (!this.#takesWord(word)) throw this.#error()
  }

  #deeper(depth: number): number {
    if (depth === MOST_DEPTH) throw this.#error()
    return depth + 1
  }

  #error(): PatternError {
    return new PatternError(this.#token.at, this.#pattern)
  }
}

/** One address, where a range holds no more; null for a range of several. */
function single(value: string): string | null {
  const range = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)\/(\d{1,3})$/i.exec(value)
  if (!range) return value
  return range[2] === (range[1]!.includes(':') ? '128' : '32') ? range[1]! : null
}

/** What holds of one machine at once: its names stand on the addresses that they are said to resolve to. */
function together(parts: Named[]): Named {
  if (parts.length === 1) return parts[0]!
  const joined = either(parts)
  const port = parts.find((part) => part.port !== null)?.port ?? null
  const all =
    port === null
      ? joined
      : { ...joined, ends: joined.ends.map((end) => `${end.includes(':') ? `[${end}]` : end}:${port}`) }
  if (all.names.length * all.resolved.length > MOST_PAIRS) return all
  const resolving = parts.filter(({ resolved }) => resolved.length > 0)
  const crossed = parts.flatMap((part) =>
    part.names.flatMap((domain) =>
      resolving
        .filter((other) => other !== part)
        .flatMap(({ resolved }) => resolved.map((ip) => ({ domain, ip }))),
    ),
  )
  return { ...all, pairs: [...all.pairs, ...crossed] }
}

const either = (parts: Named[]): Named => ({
  names: parts.flatMap(({ names }) => names),
  resolved: parts.flatMap(({ resolved }) => resolved),
  others: parts.flatMap(({ others }) => others),
  ends: parts.flatMap(({ ends }) => ends),
  port: null,
  pairs: parts.flatMap(({ pairs }) => pairs),
})
