import type { Exporter } from '../model/ports.js'
import type { Indicator } from '../model/snapshot.js'
import { jsonLines } from './text.js'

/** Everything published, with the evidence and the reasons: for programs. */
export const json: Exporter = {
  names: ['json'],
  summary: 'indicators.json: each indicator with all of its evidence and the rules that fired',
  render({ indicators }) {
    return [
      {
        path: 'indicators.json',
        mediaType: 'application/json',
        entries: indicators.length,
        body: jsonLines(each(indicators)),
      },
    ]
  },
}

function* each(indicators: Indicator[]) {
  for (const indicator of indicators) yield toJson(indicator)
}

const toJson = (one: Indicator) => ({
  id: one.id,
  type: one.type,
  value: one.value,
  status: one.status,
  verdict: one.verdict,
  confidence: one.confidence,
  first_reported: one.firstReported,
  first_reported_basis: one.basis,
  last_reported: one.lastReported,
  first_seen: one.firstSeen,
  last_seen: one.lastSeen,
  first_published: one.stamp.created,
  modified: one.stamp.modified,
  valid_from: one.validFrom,
  valid_until: one.validUntil,
  country: one.country,
  reporters: one.reporters.map(({ name }) => name),
  sources: one.sources,
  reasons: one.reasons,
  evidence: one.evidence.map((evidence) => ({
    document: evidence.document,
    reporter: evidence.reporter.name,
    source: evidence.source,
    published_at: evidence.publishedAt,
    basis: evidence.basis,
    url: evidence.url,
    first_seen: evidence.firstSeen,
    last_seen: evidence.lastSeen,
    role: evidence.role,
    port: evidence.port,
    confidence: evidence.confidence,
    reasons: evidence.reasons.map(({ rule }) => rule),
  })),
})
