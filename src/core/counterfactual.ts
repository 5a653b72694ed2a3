import type { Decision } from '../model/decision.js'
import { isAddress, type Observable } from '../model/observable.js'
import type { StoredObservation } from '../model/ports.js'
import type { Evidence, Reason, Verdict } from '../model/snapshot.js'
import { attribute } from './attribute.js'
import type { Policy } from './policy.js'
import { dayStart } from './time.js'
import { judge } from './verdict.js'

/** Something that has not happened, and the verdict that would follow. */
export interface Change {
  what: string
  verdict: Verdict
}

/**
 * What would change the verdict of a value. Nothing is told that was not tried: each is judged as if it were so.
 * @param asOf UTC day on which the reports that are tried would be made
 */
export function whatWouldChange(
  observable: Observable,
  evidence: Evidence[],
  policy: Policy,
  decision: Decision | null,
  asOf: string,
): Change[] {
  const verdictOf = (given: Evidence[], decided = decision): Verdict =>
    judge(observable, given, policy, decided).verdict
  const now = verdictOf(evidence)
  const told = reports(observable, policy, evidence, asOf)
  const more = told.map(({ what, report }) => ({ what, verdict: verdictOf([...evidence, report]) }))
  const trials = [
    ...(decision
      ? [
          {
            what: `if the decision of ${decision.date} were taken back${decision.until ? `, or from ${decision.until} on` : ''}`,
            verdict: verdictOf(evidence, null),
          },
        ]
      : []),
    ...(now === 'publish' ? losses(evidence, verdictOf) : more),
    ...(['confirm', 'deny'] as const).map((one) => ({
      what: `by decide --${one}`,
      verdict: verdictOf(evidence, decisionTo(one, observable, asOf)),
    })),
  ]
  return trials.filter(({ verdict }) => verdict !== now)
}

/** Documents and reporters without whom the verdict would be another. */
function losses(evidence: Evidence[], verdictOf: (given: Evidence[]) => Verdict): Change[] {
  const standing = evidence.filter(({ withdrawn }) => withdrawn === null)
  const documents = standing.map(({ document }) => ({
    what: `if ${document} were withdrawn`,
    verdict: verdictOf(evidence.filter((one) => one.document !== document)),
  }))
  const people = new Map(standing.map(({ reporter }) => [reporter.key, reporter.name]))
  const reporters = [...people].map(([key, name]) => ({
    what: `if all reports by ${name} were withdrawn`,
    verdict: verdictOf(evidence.filter(({ reporter }) => reporter.key !== key)),
  }))
  return [...documents, ...reporters]
}

/** Reports that nobody has made: by a stranger, by a named researcher who has not spoken, with or without a pair. */
function reports(
  observable: Observable,
  policy: Policy,
  evidence: Evidence[],
  asOf: string,
): { what: string; report: Evidence }[] {
  const { family, terms } = policy.profile
  const strongest = terms.toSorted((a, b) => b.weight - a.weight)[0]
  const spoken = new Set(evidence.map(({ reporter }) => reporter.key))
  const pinned = policy.reporters.find(({ name, pinned }) => pinned && !spoken.has(name.toLowerCase()))
  const by = (author: string, isNaming: boolean, reasons: Reason[] = []): Evidence =>
    attribute(
      untold(observable, author, isNaming && strongest ? [`term:${strongest.term}`] : [], asOf),
      policy,
      { pairReasons: reasons },
    )
  const stranger = 'somebody else'
  const pair = {
    rule: 'pair',
    weight: policy.weights.pair,
    detail: 'paired with a value published by itself',
  }
  const other = isAddress(observable.type) ? 'a published name on it' : 'it on a published address'
  return [
    { what: `if ${stranger} reported it in naming ${family}`, report: by(stranger, true) },
    ...(pinned
      ? [
          {
            what: `if ${pinned.name} reported it in naming ${family}`,
            report: by(pinned.name, true),
          },
          { what: `if ${pinned.name} reported ${other}`, report: by(pinned.name, false, [pair]) },
        ]
      : []),
  ]
}

const untold = (
  { type, value }: Observable,
  author: string,
  signals: string[],
  asOf: string,
): StoredObservation => ({
  document: {
    id: 'not reported',
    kind: 'post',
    sources: ['not reported'],
    author,
    publishedAt: dayStart(asOf),
    basis: 'stated',
    url: null,
    references: [],
    signals,
  },
  type,
  value,
  role: 'landing',
  context: 'defanged',
  signals: null,
  port: null,
  firstSeen: null,
  lastSeen: null,
  whois: null,
  withdrawn: null,
})

const decisionTo = (decision: 'confirm' | 'deny', { type, value }: Observable, asOf: string): Decision => ({
  type,
  value,
  decision,
  reason: 'tried',
  by: 'nobody',
  date: asOf,
  until: '',
})
