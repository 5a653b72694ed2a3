import { creditsIn } from '../../core/comment.js'
import { Restoration, type Times, type Told } from '../../core/own.js'
import { dayOf } from '../../core/time.js'
import type { Document } from '../../model/document.js'
import { type Observable, observableKey } from '../../model/observable.js'
import type { ListInput } from '../../model/ports.js'
import { type Ends, isLink } from './stix-graph.js'

/** Of one value; pairs are told in as many documents. */
const MOST_EVIDENCE = 500

/** `post:<id>`, `<list>:<key>`. */
const DOCUMENT_ID = /^[\w-]+:\P{C}{1,500}$/u

/** What a file holds that we published ourselves. It is no evidence; it may only be restored. */
export class OwnValues {
  readonly #values = new Map<string, { observable: Observable; told: Map<string, Told>; tags: Set<string> }>()
  /** Pairs, with the times of their relationship where there is one. */
  readonly #pairs = new Map<string, Ends & { times: Times | null }>()

  add(observable: Observable, told: Told[], tags: string[]): void {
    const key = observableKey(observable)
    const known = this.#values.get(key) ?? { observable, told: new Map(), tags: new Set() }
    this.#values.set(key, known)
    for (const one of told)
      if (known.told.size < MOST_EVIDENCE && DOCUMENT_ID.test(one.document) && !known.told.has(one.document))
        known.told.set(one.document, { ...one, url: one.url !== null && isLink(one.url) ? one.url : null })
    for (const tag of tags) known.tags.add(tag)
  }

  addPair(pair: Ends, times: Times | null): void {
    const key = `${pair.domain} ${pair.ip}`
    this.#pairs.set(key, { ...pair, times: times ?? this.#pairs.get(key)?.times ?? null })
  }

  /**
   * Documents that are to be known again; what is not restored is told. All is asked before anything is handed over, and
   * so before it is known.
   */
  async documents({ own, notice, retrievedAt }: ListInput): Promise<Document[]> {
    const restoration = new Restoration()
    const restored = new Set<string>()
    let bare = 0
    for (const { observable, told, tags } of this.#values.values()) {
      if (!(await own.restores(observable))) continue
      restoration.add(observable, [...told.values()], [...tags])
      restored.add(observable.value)
      if (told.size === 0) bare++
    }
    for (const { times, ...pair } of this.#pairs.values())
      if (restored.has(pair.domain) && restored.has(pair.ip)) restoration.addPair(pair, times)
    const kept = this.#values.size - restored.size
    const say = (count: number, what: string) => {
      if (count > 0) notice(`${count} values that this feed published itself ${what}`)
    }
    say(kept, 'passed over: its own word is no evidence')
    say(bare, 'passed over: they came without their evidence')
    say(restored.size - bare, 'restored')
    return [...restoration.documents(retrievedAt)]
  }
}

/** The evidence as our comments tell it (`core/comment.ts`). */
export const toldIn = (comment: string): Told[] =>
  creditsIn(comment).map(({ publishedAt, ...credit }) => ({
    ...credit,
    day: dayOf(publishedAt),
    sighted: publishedAt,
  }))
