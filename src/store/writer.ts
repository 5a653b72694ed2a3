import { Basis, type Document, type Instant, Road, UPPER_BOUNDS } from '../model/document.js'
import { type Observable, observableKey } from '../model/observable.js'
import type { Observation, Pair, Reading } from '../model/observation.js'
import type { Beside, Committed, Withdrawal } from '../model/ports.js'
import type { Connection } from './connection.js'
import { ofRegistration } from './rows.js'
import * as sql from './sql.js'

/** How the version of an edited post stands to the newest known: an older one adds only what is withdrawn. */
type Edition = 'same' | 'newer' | 'older'

/** Everything that changes documents, within the caller's transaction. */
export class Writer {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  #sql(text: string) {
    return this.#connection.sql(text)
  }

  /** @returns whether the document is new, and how many of its observations are */
  put(given: Document, reading: Reading): { isNew: boolean; observations: number } {
    const document = given.kind === 'list' ? this.#withoutWithdrawn(given) : given
    if (!this.#makesWay(document)) return { isNew: false, observations: 0 }
    const { key, isNew, edition } = this.#putDocument(document, reading)
    let observations = 0
    for (const observation of reading.observations)
      observations += this.#putObservation(key, document, observation, edition)
    if (edition !== 'older') for (const pair of reading.pairs) this.#putPair(key, pair, document.retrievedAt)
    return { isNew, observations }
  }

  /**
   * What came back from our own publication is the least that can be known of a document: beside the document itself, in
   * whichever order the two come, nothing of it stays. But what was withdrawn stays withdrawn.
   * @returns whether the document is to be put
   */
  #makesWay({ id, road }: Document): boolean {
    const known = this.#sql(sql.GET_DOCUMENT_KEY).get(id) as
      | { key: number; road: Road; withdrawn_at: string | null }
      | undefined
    if (known === undefined || known.road === road) return true
    if (road === 'feed') return false
    if (known.road === 'feed' && known.withdrawn_at === null) this.#sql(sql.DROP_DOCUMENT).run(known.key)
    return true
  }

  /** A list that cites a post which is no more is read on without that link, and without whom it names. */
  #withoutWithdrawn(document: Document): Document {
    const isGone = (link: string): boolean => {
      const number = /\/status(?:es)?\/(\d+)/.exec(link)?.[1]
      return number !== undefined && this.#sql(sql.IS_WITHDRAWN).get(`post:${number}`) !== undefined
    }
    const { author, url, references } = document
    const isOwn = url !== null && isGone(url)
    return {
      ...document,
      author: isOwn ? null : author,
      url: isOwn ? null : url,
      references: references.filter((link) => !isGone(link)),
    }
  }

  #putDocument(document: Document, { signals }: Reading): { key: number; isNew: boolean; edition: Edition } {
    const {
      id,
      kind,
      road,
      author,
      publishedAt,
      basis,
      url,
      references,
      tags,
      body,
      edition = null,
    } = document
    const known = this.#sql(sql.GET_DOCUMENT_KEY).get(id) as
      | { key: number; edition: string | null }
      | undefined
    const row = {
      id,
      kind,
      road,
      author,
      published_at: publishedAt,
      basis,
      url,
      links: JSON.stringify([...new Set(references)].sort()),
      tags: JSON.stringify([...new Set(tags)].sort()),
      signals: JSON.stringify(signals),
      text: 'text' in body ? body.text : null,
      edition,
      bases: Basis.options.join(' '),
      bounds: UPPER_BOUNDS.join(' '),
      roads: Road.options.join(' '),
    }
    const key = known?.key ?? Number(this.#sql(sql.INSERT_DOCUMENT).run(row).lastInsertRowid)
    this.#sql(sql.PUT_RETRIEVAL).run(key, document.source, document.retrievedAt)
    if (!known) return { key, isNew: true, edition: 'same' }
    const [now, then] = [edition ?? '', known.edition ?? '']
    this.#sql(sql.MERGE_DOCUMENT).run(row)
    if (now === then) this.#sql(sql.MERGE_WORDS).run(row)
    if (now > then) {
      this.#sql(sql.PUT_EDITION).run(row)
      this.#sql(sql.WITHDRAW_EDITED).run({ key, ...withdrawnBy(edition!) })
      this.#sql(sql.DROP_PAIRS).run(key)
    }
    return { key, isNew: false, edition: now === then ? 'same' : now > then ? 'newer' : 'older' }
  }

  #putObservation(
    key: number,
    { id, retrievedAt }: Document,
    observation: Observation,
    edition: Edition,
  ): number {
    const { type, value, raw, role, context, signals, port, firstSeen, lastSeen, listedAt, whois } =
      observation
    const newest =
      edition === 'older' ? (this.#sql(sql.GET_DOCUMENT_KEY).get(id) as { edition: string }).edition : null
    const withdrawn = observation.withdrawn ?? (newest === null ? null : withdrawnBy(newest))
    const row = {
      type,
      value,
      key,
      raw,
      role,
      context,
      signals: signals ? JSON.stringify(signals) : null,
      port: port ?? null,
      first_seen: firstSeen ?? null,
      last_seen: lastSeen ?? null,
      whois: whois ?? null,
      listed_at: listedAt ?? null,
      withdrawn_at: withdrawn?.at ?? null,
      withdrawn: withdrawn?.reason ?? null,
      retrieved_at: observation.retrievedAt ?? retrievedAt,
    }
    if (edition === 'newer') {
      // What a newer version holds again has been known since it was read first.
      const known = this.#sql(sql.GET_RETRIEVED).pluck().get(row) as string | undefined
      if (known !== undefined && known < row.retrieved_at) row.retrieved_at = known
      this.#sql(sql.DROP_OBSERVATION).run(row)
    }
    const inserted = this.#sql(sql.INSERT_OBSERVATION).run(row).changes
    if (inserted === 0 && edition === 'same') this.#sql(sql.MERGE_OBSERVATION).run(row)
    return inserted
  }

  #putPair(
    key: number,
    { domain, ip, rule, firstSeen, lastSeen, retrievedAt }: Pair,
    documentRetrievedAt: Instant,
  ): void {
    this.#sql(sql.PUT_PAIR).run({
      key,
      domain,
      ip,
      rule,
      first_seen: firstSeen ?? null,
      last_seen: lastSeen ?? null,
      retrieved_at: retrievedAt ?? documentRetrievedAt,
    })
  }

  /** Keeps what is told of names that are held, or whose end is the name told of; all of it where no such end is told. */
  putRegistrations({ found, domainOf }: NonNullable<Beside['registrations']>): void {
    if (found.length === 0) return
    const held = domainOf && new Set((this.#sql(sql.GET_NAMES).pluck().all() as string[]).map(domainOf))
    for (const one of found)
      if (held?.has(one.domain) ?? true) this.#sql(sql.PUT_REGISTRATION).run(ofRegistration(one))
  }

  /** Marks whole documents, and erases what says whose they were. @returns how many were not yet marked */
  withdrawDocuments(ids: string[], { at, reason }: Withdrawal): number {
    return ids.reduce((count, id) => {
      this.#sql(sql.ERASE_RAW).run(id)
      const number = /\bpost:(\d+)$/.exec(id)?.[1]
      if (number !== undefined)
        this.#sql(sql.ERASE_CITATION).run({
          cited: `*/status/${number}`,
          more: `*/status/${number}[^0-9]*`,
          within: `*/status/${number}*`,
        })
      return count + this.#sql(sql.WITHDRAW_DOCUMENT).run({ id, at, reason }).changes
    }, 0)
  }

  /** Marks what a list does not hold any more, unless too much is gone. */
  withdrawUnlisted(
    source: string,
    { seen, withdrawal: { at, reason }, most }: NonNullable<Beside['unlisted']>,
  ): Committed['unlisted'] {
    const listed = this.#sql(sql.GET_LISTED).all({ source }) as (Observable & { document: number })[]
    const held = new Set(listed.map(observableKey)).size
    const gone = listed.filter((one) => !seen.has(observableKey(one)))
    const absent = new Set(gone.map(observableKey)).size
    if (absent > most(held)) return { absent, held, withdrawn: 0 }
    for (const { type, value, document } of gone)
      this.#sql(sql.WITHDRAW_OBSERVATION).run({ type, value, document, at, reason })
    return { absent, held, withdrawn: absent }
  }
}

const withdrawnBy = (edition: Instant): Withdrawal => ({
  at: edition,
  reason: 'the post was edited and names it no more',
})
