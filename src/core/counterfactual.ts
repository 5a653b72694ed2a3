import type { Decision } from '../model/decision.js'
import { isAddress, type Observable, observableKey } from '../model/observable.js'
import type { Facts, StoredDocument, StoredPair } from '../model/ports.js'
import type { Verdict } from '../model/snapshot.js'
import { decidedOn, decisionFor } from './decided.js'
import { admit, evaluate, type Judged } from './evaluate.js'
import { isDenied } from './guards.js'
import { byObservable, byText } from './order.js'
import { endsOf } from './pairs.js'
import { bestSource, type Policy, reporterOf } from './policy.js'
import { storedObservation } from './stored.js'
import { dayStart } from './time.js'

/** Something that has not happened, and the verdict that would follow. */
export interface Change {
  what: string
  verdict: Verdict
}

/** Of documents and of reporters, as many are tried as a person would read of. */
const MOST_TRIED = 10

interface Trial {
  what: string
  facts?: Facts
  decisions?: Decision[]
}

/**
 * What would change the verdict of a value. Nothing is told that was not tried: the value and what it is paired with are
 * judged anew as if it were so.
 * @param facts as stored, not yet admitted
 * @param all every value as it is judged now
 * @param over documents of days on which a researcher reports too much (`overBudget`)
 * @param asOf UTC day on which the reports that are tried would be made
 */
export function whatWouldChange(
  observable: Observable,
  facts: Facts,
  all: Map<string, Judged>,
  policy: Policy,
  over: Set<string>,
  asOf: string,
): Change[] {
  const near = neighbourhood(observable, facts, all)
  const judgedBy = ({
    facts: given = near,
    decisions = policy.decisions,
  }: Omit<Trial, 'what'>): Judged | null => {
    const changed = { ...policy, decisions }
    const judged = evaluate(admit(given, changed, asOf), changed, asOf, over)
    return judged.get(observableKey(observable)) ?? null
  }
  const unseen: Verdict = isDenied(policy.guards(observable), observable) ? 'never' : 'unrelated'
  const verdictOf = (trial: Omit<Trial, 'what'>): Verdict => judgedBy(trial)?.verdict ?? unseen
  const now = judgedBy({})
  const trials = [
    ...decisionTrials(observable, policy, asOf),
    ...(now?.verdict === 'publish'
      ? losses(near, policy, asOf)
      : reports(observable, near, policy, now, asOf)),
  ]
  return trials
    .map((trial) => ({ what: trial.what, verdict: verdictOf(trial) }))
    .filter(({ verdict }) => verdict !== (now?.verdict ?? unseen))
}

/**
 * What a verdict depends on: what is stored of the value, of what it is paired with, and of all that stands in the lists it
 * stands in and in the documents that vouch for what these are tied to, two hops far.
 */
function neighbourhood(
  observable: Observable,
  { observations, pairs, registrations }: Facts,
  all: Map<string, Judged>,
): Facts {
  const own = observableKey(observable)
  const paired = new Set(pairs.filter((pair) => endsOf(pair).some((end) => observableKey(end) === own)))
  const keys = new Set([own, ...[...paired].flatMap((pair) => endsOf(pair).map(observableKey))])
  const anchors = new Set([...keys].flatMap((key) => all.get(key)?.anchors ?? []))
  if (anchors.size > 0) {
    for (const { document } of all.get(own)?.observations ?? [])
      if (document.kind === 'list') anchors.add(document.id)
    for (const one of observations)
      if (anchors.has(one.document.id))
        for (const id of all.get(observableKey(one))?.anchors ?? []) anchors.add(id)
  }
  const isNear = (document: StoredDocument) => anchors.has(document.id)
  const near = observations.filter((one) => keys.has(observableKey(one)) || isNear(one.document))
  const documents = new Map(near.map(({ document }) => [document.id, document]))
  return {
    documents: [...documents.values()],
    observations: near,
    pairs: anchors.size === 0 ? [...paired] : pairs.filter((one) => paired.has(one) || isNear(one.document)),
    registrations,
  }
}

function decisionTrials(observable: Observable, { decisions }: Policy, asOf: string): Trial[] {
  const standing = decisionFor(observable, decidedOn(decisions, asOf))
  const decide = (decision: 'confirm' | 'deny'): Decision => ({
    ...observable,
    decision,
    reason: 'tried',
    by: 'nobody',
    date: asOf,
    until: '',
  })
  return [
    ...(standing
      ? [
          {
            what: `if the decision to ${standing.decision} of ${standing.date} were taken back${standing.until ? `, or from ${standing.until} on` : ''}`,
            decisions: decisions.filter((one) => one !== standing),
          },
        ]
      : []),
    ...(['confirm', 'deny'] as const).map((one) => ({
      what: `by decide --${one}`,
      decisions: [...decisions, decide(one)],
    })),
  ]
}

/** Documents and reporters without whom the verdict may be another, of the value's own and of what it is paired with. */
function losses(near: Facts, policy: Policy, asOf: string): Trial[] {
  const without = (isLost: (document: StoredDocument) => boolean): Facts => ({
    documents: near.documents.filter((one) => !isLost(one)),
    observations: near.observations.filter(({ document }) => !isLost(document)),
    pairs: near.pairs.filter(({ document }) => !isLost(document)),
    registrations: near.registrations,
  })
  const standing = admit(near, policy, asOf).documents.toSorted((a, b) =>
    byText(a.publishedAt, b.publishedAt),
  )
  const nameOf = ({ author, sources }: StoredDocument) =>
    reporterOf(policy, author, bestSource(policy, sources)).name
  const names = [...new Set(standing.map(nameOf))]
  return [
    ...standing.slice(0, MOST_TRIED).map(({ id }) => ({
      what: `if ${id} were withdrawn`,
      facts: without((one) => one.id === id),
    })),
    ...names.slice(0, MOST_TRIED).map((name) => ({
      what: `if all reports by ${name} were withdrawn`,
      facts: without((one) => nameOf(one) === name),
    })),
  ]
}

/** Reports that nobody has made: by a stranger, by a named researcher who has not spoken, with or without a pair. */
function reports(
  observable: Observable,
  near: Facts,
  policy: Policy,
  now: Judged | null,
  asOf: string,
): Trial[] {
  const { family, terms } = policy.profile
  const strongest = terms.toSorted((a, b) => b.weight - a.weight)[0]
  const decided = decidedOn(policy.decisions, asOf)
  const spoken = new Set(now?.evidence.map(({ reporter }) => reporter.key))
  const researcher = policy.reporters.find(
    ({ name, pinned }) =>
      pinned && !spoken.has(name.toLowerCase()) && !decided.has(`reporter ${name.toLowerCase()}`),
  )?.name
  const naming = strongest ? [`term:${strongest.term}`] : []
  const name: Observable = { type: 'domain-name', value: 'not-reported.example-campaign.com' }
  const stranger = 'somebody else'
  return [
    {
      what: `if ${stranger} reported it in naming ${family}`,
      facts: told(near, stranger, naming, [observable], asOf),
    },
    ...(researcher
      ? [
          {
            what: `if ${researcher} reported it in naming ${family}`,
            facts: told(near, researcher, naming, [observable], asOf),
          },
          ...(isAddress(observable.type)
            ? [
                {
                  what: `if ${researcher} reported it with a name on it, in naming ${family}`,
                  facts: told(near, researcher, naming, [observable, name], asOf),
                },
              ]
            : []),
        ]
      : []),
  ]
}

/** The facts with one post more, which reports some values and, where they are a name and an address, that they belong together. */
function told(near: Facts, author: string, signals: string[], values: Observable[], asOf: string): Facts {
  const document: StoredDocument = {
    id: 'not reported',
    kind: 'post',
    sources: ['not reported'],
    author,
    publishedAt: dayStart(asOf),
    basis: 'stated',
    url: null,
    references: [],
    signals,
  }
  const observations = values.map((one) =>
    storedObservation(document, {
      ...one,
      raw: one.value,
      start: 0,
      end: one.value.length,
      role: 'landing',
      context: 'defanged',
    }),
  )
  const domain = values.find(({ type }) => type === 'domain-name')?.value
  const ip = values.find(({ type }) => isAddress(type))?.value
  const pair: StoredPair[] =
    domain && ip ? [{ document, domain, ip, rule: 'arrow', firstSeen: null, lastSeen: null }] : []
  const all = [...near.observations, ...observations]
  return {
    documents: [...near.documents, document],
    // Judged by runs of one value.
    observations: all.toSorted(byObservable),
    pairs: [...near.pairs, ...pair],
    registrations: near.registrations,
  }
}
