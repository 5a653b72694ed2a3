import type { Decision } from '../model/decision.js'
import type { ObservableType } from '../model/observable.js'
import type { SourceConfig } from '../model/ports.js'
import type { Profile } from '../model/profile.js'
import type { Publisher, Reporter } from '../model/snapshot.js'
import type { BrakeLimits } from './brake.js'
import { creditedTo } from './credit.js'
import type { Guards } from './guards.js'
import type { Popular } from './popular.js'

export interface ReporterConfig {
  name: string
  handles: string[]
  kind: 'individual' | 'organization'
  /** A named researcher of the campaign, whose word carries weight. */
  pinned: boolean
}

/** Everything that meaning depends on besides the facts and the day. */
export interface Policy {
  publisher: Publisher
  profile: Profile
  guards: Guards
  reporters: ReporterConfig[]
  sources: SourceConfig[]
  decisions: Decision[]
  /** Keys of values that changed rules would list for the first time: watched until a person has looked. */
  held?: Set<string>
  /** Days an indicator lives after its last report or sighting; null: without end. */
  life: Record<ObservableType, number | null>
  /** Confidence from which a value is published. */
  threshold: number
  /** Which registered domains are popular, and what popular labels look like. */
  popular: Popular
  /**
   * What adds to a confidence: a pinned reporter; a pair to what is attributed; a tie to an address or a small network of
   * the campaign, or to a registered domain of the operator's own; that it was registered together with such domains; that
   * a researcher's post told a part of the section (`cited`), or that the section starts from one of which nothing is known
   * (`cites`); that the value fits a set which one generator spelt.
   */
  weights: Record<
    'pinned' | 'pair' | 'address' | 'network' | 'domain' | 'registered' | 'cited' | 'cites' | 'set',
    number
  >
  /** How long a tie holds after its last voucher: whole for `full_days`, then less, by `loss` at `reach_days`. */
  ties: { full_days: number; reach_days: number; loss: number }
  /** Values, and addresses among them, for which a named researcher is trusted on one day. */
  budgets: {
    values: number
    addresses: number
    /** Registered domains and addresses that ties may open by one day's commits of a list. */
    opened: { domains: number; addresses: number }
  }
  /** Of what a run reports for the campaign, the share that guards may keep out, from so many values on. */
  limits: {
    guarded: { least: number; share: number }
    /** Of what a cumulative list held, the share that may go at once; so many may in any case. */
    withdrawn: { least: number; share: number }
  } & BrakeLimits
}

/**
 * The person behind a handle, or the organisation behind a list. What is reposted counts as its first author's only
 * where a named researcher vouches for it; else it is the reposter's own, whoever he says has said it.
 */
export function reporterOf(policy: Policy, author: string | null, source: SourceConfig): Reporter {
  const [first, reposter] = creditedTo(author ?? source.reporter)
  const isVouchedFor = reposter === null || knownReporter(policy, reposter)?.pinned === true
  const spoken = isVouchedFor ? first : reposter
  const known = knownReporter(policy, spoken)
  const kind = known?.kind ?? (author ? 'individual' : 'organization')
  const name = known?.name ?? spoken
  return { key: name.toLowerCase(), name, kind, pinned: known?.pinned ?? false }
}

/** The key of a person whom a maintainer names, by whatever handle or spelling. */
export function reporterKey(policy: Pick<Policy, 'reporters'>, spoken: string): string {
  const plain = spoken.trim().replace(/^@/, '')
  return (knownReporter(policy, plain)?.name ?? plain).toLowerCase()
}

function knownReporter({ reporters }: Pick<Policy, 'reporters'>, spoken: string): ReporterConfig | undefined {
  const lower = spoken.toLowerCase()
  return reporters.find(({ name, handles }) => [name, ...handles].some((one) => one.toLowerCase() === lower))
}

const UNKNOWN_SOURCE: Omit<SourceConfig, 'name' | 'title' | 'reporter'> = {
  type: 'archive',
  url: '',
  campaign: false,
  trust: 0,
  licence: 'unknown',
  redistribute: true,
  cumulative: false,
  keep: 'all',
  enabled: false,
}

/** A source by name; one that is configured no longer keeps its name and loses its weight. */
export function sourceOf(policy: Policy, name: string): SourceConfig {
  return (
    policy.sources.find((source) => source.name === name) ?? {
      ...UNKNOWN_SOURCE,
      name,
      title: name,
      reporter: name,
    }
  )
}

/**
 * Whether what a source says of a document may be published. One that may not has its name before the document's id
 * (`app/collect`), and keeps it when it is configured no more.
 */
export const mayPass = (policy: Policy, source: string, document: string): boolean =>
  sourceOf(policy, source).redistribute && !document.startsWith(`${source}/`)

/** Whether what a source tells of registrations may be published; of one that is configured no more nobody knows. */
export const mayTell = ({ sources }: Policy, name: string): boolean =>
  sources.some((source) => source.name === name && source.redistribute)

/** The source that weighs most among those through which a document came. */
export function bestSource(policy: Policy, names: string[]): SourceConfig {
  return names
    .map((name) => sourceOf(policy, name))
    .reduce((best, next) => (weightOf(next) > weightOf(best) ? next : best))
}

export const weightOf = (source: SourceConfig): number => (source.campaign ? source.trust : 0)

/** Tells whether a source is a list of the campaign that mixes it with other families: it does not suffice by itself. */
export function isMixed(policy: Policy, name: string): boolean {
  const weight = weightOf(sourceOf(policy, name))
  return weight > 0 && weight < policy.threshold
}
