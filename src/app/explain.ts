import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { overBudget } from '../core/budgets.js'
import { type Change, whatWouldChange } from '../core/counterfactual.js'
import { decidedOn, decisionFor } from '../core/decided.js'
import { defang } from '../core/defang.js'
import { escapeRegExp } from '../core/escape.js'
import { admit, evaluate, type Judged } from '../core/evaluate.js'
import type { Life } from '../core/lifecycle.js'
import { livesOf } from '../core/lives.js'
import { dayEnd } from '../core/time.js'
import { FeedError, quote } from '../errors.js'
import type { Decision } from '../model/decision.js'
import type { GuardHit } from '../model/guard.js'
import { isAddress, type Observable, observableKey } from '../model/observable.js'
import type { StoredPair } from '../model/ports.js'
import { readManifest } from '../publish/publish.js'
import { judgingPolicy, publicationDay } from './publish.js'
import { valueMeant } from './value.js'
import type { Workspace } from './workspace.js'

export interface Explanation {
  observable: Observable
  asOf: string
  /** Null: no document names it. */
  judged: Judged | null
  guards: GuardHit[]
  decision: Decision | null
  life: Life | null
  pairs: StoredPair[]
  /** What would change the verdict, and to what. */
  changes: Change[]
  /** Published files that hold the value. */
  files: string[]
}

/** @throws {FeedError} `usage` for what is no value */
export function parseValue(text: string): Observable {
  const value = valueMeant(text)
  if (!value) throw new FeedError('usage', `${quote(text)} is no name, address, URL or file hash`)
  return value
}

/** Everything there is to say about a value, published or not. */
export async function explain(
  workspace: Workspace,
  text: string,
  asOf = publicationDay(workspace),
): Promise<Explanation> {
  const observable = parseValue(text)
  const policy = await judgingPolicy(workspace, asOf)
  const stored = await workspace.store().facts(dayEnd(asOf))
  const facts = admit(stored, policy, asOf)
  const over = overBudget(facts.observations, policy)
  const all = evaluate(facts, policy, asOf, over)
  const judged = all.get(observableKey(observable)) ?? null
  const isEnd = ({ domain, ip }: StoredPair) =>
    (isAddress(observable.type) ? ip : domain) === observable.value
  const pairs = facts.pairs
    .filter(isEnd)
    .sort((a, b) => (a.document.publishedAt < b.document.publishedAt ? -1 : 1))
  return {
    observable,
    asOf,
    judged,
    guards: policy.guards(observable),
    decision: decisionFor(observable, decidedOn(policy.decisions, asOf)),
    changes: whatWouldChange(observable, stored, all, policy, over, asOf),
    life: judged && judged.campaign.length > 0 ? livesOf(all, facts.pairs, policy, asOf).of(judged) : null,
    pairs,
    files: filesWith(workspace, observable.value),
  }
}

function filesWith({ feeds }: Workspace, value: string): string[] {
  const wanted = [value, defang(value)].map(escapeRegExp).join('|')
  const pattern = new RegExp(`(?<![\\w.-])(?:${wanted})(?![\\w-]|\\.\\w)`)
  const paths = (readManifest(feeds)?.files ?? [])
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('ledger/'))
  return paths.filter(
    (path) => existsSync(join(feeds, path)) && pattern.test(readFileSync(join(feeds, path), 'utf8')),
  )
}
