import { defang, defangText } from '../core/defang.js'
import { byObservable, byText } from '../core/order.js'
import type { Exporter } from '../model/ports.js'
import type { Indicator, Reporter, Snapshot } from '../model/snapshot.js'
import { csvArtifact, placeOf } from './text.js'

const names = (reporters: Reporter[]): string => reporters.map(({ name }) => name).join('; ')

const evidenceLinks = ({ evidence }: Indicator): string =>
  [...new Set(evidence.flatMap(({ url }) => url ?? []))].join(' ')

const latestDocument = ({ evidence }: Indicator): string => evidence.at(-1)!.document

/** By document, and then in the order of all files. */
const byLatestDocument = (a: Indicator, b: Indicator): number =>
  byText(latestDocument(a), latestDocument(b)) || byObservable(a, b)

const because = ({ reasons }: Indicator): string => reasons.map(({ detail }) => detail).join('; ')

/** Who says it, where, and why it is where it is: the last columns of what is not published. */
const GROUNDS = ['reporters', 'sources', 'evidence', 'why']
const grounds = (one: Indicator): string[] => [
  names(one.reporters),
  one.sources.join('; '),
  evidenceLinks(one),
  defangText(because(one)),
]

const TABLES: Record<
  string,
  (snapshot: Snapshot) => { columns: string[]; rows: (string | number | null)[][] }
> = {
  indicators: ({ indicators }) => ({
    columns: [
      'type',
      'value',
      'status',
      'verdict',
      'confidence',
      'first_reported',
      'first_reported_basis',
      'last_reported',
      'first_seen',
      'last_seen',
      'first_published',
      'valid_from',
      'valid_until',
      'reporters',
      'sources',
      'evidence',
      'country',
    ],
    rows: indicators.map((one) => [
      one.type,
      one.value,
      one.status,
      one.verdict,
      one.confidence,
      one.firstReported,
      one.basis,
      one.lastReported,
      one.firstSeen,
      one.lastSeen,
      one.stamp.created,
      one.validFrom,
      one.validUntil,
      names(one.reporters),
      one.sources.join('; '),
      evidenceLinks(one),
      one.country,
    ]),
  }),
  pairs: ({ resolutions }) => ({
    columns: [
      'domain',
      'ip',
      'first_reported',
      'first_reported_basis',
      'last_reported',
      'first_seen',
      'last_seen',
      'rules',
      'reporters',
      'sources',
    ],
    rows: resolutions.map((one) => [
      one.domain,
      one.ip,
      one.firstReported,
      one.reports[0]!.basis,
      one.lastReported,
      one.firstSeen,
      one.lastSeen,
      one.rules.join('; '),
      names(one.reporters),
      one.sources.join('; '),
    ]),
  }),
  sightings: ({ indicators }) => ({
    columns: [
      'type',
      'value',
      'reporter',
      'source',
      'reported',
      'basis',
      'first_seen',
      'last_seen',
      'role',
      'port',
      'document',
      'url',
    ],
    rows: indicators.flatMap(({ type, value, evidence }) =>
      evidence.map((one) => [
        type,
        value,
        one.reporter.name,
        one.source,
        one.publishedAt,
        one.basis,
        one.firstSeen,
        one.lastSeen,
        one.role,
        one.port,
        one.document,
        one.url,
      ]),
    ),
  }),
  quarantine: ({ quarantine }) => ({
    columns: [
      'document',
      'type',
      'value_defanged',
      'confidence',
      'first_reported',
      'first_reported_basis',
      'last_reported',
      ...GROUNDS,
    ],
    // What one document holds stands together, so that it can be decided together.
    rows: [...quarantine]
      .sort(byLatestDocument)
      .map((one) => [
        latestDocument(one),
        one.type,
        defang(one.value),
        one.confidence,
        one.firstReported,
        one.basis,
        one.lastReported,
        ...grounds(one),
      ]),
  }),
  'watch-indicators': ({ watch }) => ({
    columns: [
      'type',
      'value',
      'use',
      'confidence',
      'first_reported',
      'first_reported_basis',
      'valid_until',
      ...GROUNDS,
    ],
    rows: watch
      .filter(({ status }) => status === 'active')
      .map((one) => [
        one.type,
        one.value,
        'for logging only, never to block',
        one.confidence,
        one.firstReported,
        one.basis,
        one.validUntil,
        ...grounds(one),
      ]),
  }),
  delisted: ({ delisted }) => ({
    columns: ['type', 'value', 'decision', 'reason', 'date'],
    rows: delisted.map(({ type, value, decision, reason, date }) => [type, value, decision, reason, date]),
  }),
}

/** Tables for people and programs that want more than a value. Quarantined values stand defanged: they block nothing. */
export const tables: Exporter = {
  names: Object.keys(TABLES),
  summary:
    'CSV tables: indicators, pairs of name and address, sightings (each piece of evidence), quarantine, what is watched and what ties it (watch/), **for logging only**, delisted',
  render(snapshot, name) {
    const { columns, rows } = TABLES[name]!(snapshot)
    return [csvArtifact(`${placeOf(name)}.csv`, columns, rows)]
  },
}
