import type { Exporter } from '../model/ports.js'
import type { Snapshot } from '../model/snapshot.js'
import { lines } from './text.js'

const FILES: [string, string][] = [
  ['ips.txt', 'active addresses, one a line, nothing else: **for blocking**. It may be honestly empty'],
  ['domains.txt', 'active names, one a line: **for blocking**'],
  ['urls.txt', 'active URLs, one a line: **for blocking**'],
  [
    'watch/ips.txt, watch/domains.txt',
    'addresses and names with a sound tie to the campaign and not enough behind it to block, one a line: **for logging only, never for blocking**',
  ],
  [
    'watch/indicators.csv',
    'each of them, and what else is watched, with what ties it: dates, reporters, sources, evidence and reasons',
  ],
  [
    'watch/suricata.rules, watch/zeek.intel',
    'the same for sensors: alerts of the lowest priority, and items under a source of their own',
  ],
  [
    'ips-all.txt, domains-all.txt, urls-all.txt',
    'everything ever published: for searching logs, **never for blocking**, since addresses and names change hands',
  ],
  [
    'indicators.csv, indicators.json',
    'each indicator with its dates, reporters, sources and evidence. Where `first_reported_basis` is `section-order`, `list-date` or `retrieved`, it was reported then or before',
  ],
  ['pairs.csv', 'which name stood on which address, and when'],
  ['sightings.csv', 'each single piece of evidence'],
  [
    'quarantine.csv',
    'doubtful values, defanged, waiting for a second reporter or a decision; those of one document stand together',
  ],
  ['delisted.csv', 'what was taken off, when and why'],
  [
    'ips-14d.txt, ips-30d.txt, ips-60d.txt',
    'addresses with a sign of life in so many days, for whoever wants to be stricter or bolder than `ips.txt`',
  ],
  ['stix/bundle.json', 'STIX 2.1 of everything, with what expired marked as such: for OpenCTI'],
  ['stix/active.json', 'the same of what is active now'],
  ['stix/misp.json', 'what is active now as indicators alone: for “Import from STIX” of MISP'],
  [
    'stix/revoked.json',
    'withdrawn indicators, `revoked`, for whoever has them; **never for MISP**, which takes them for live',
  ],
  ['stix/index.json', 'the parts of each bundle: one, or one for each month of first report'],
  [
    'misp/manifest.json',
    'the feed that MISP subscribes to, with the folder around it: an event for each source and month of report',
  ],
  [
    'firewall/, dns/, ids/, siem/',
    "the same active values, each file in the grammar of one product: **for blocking**. A file that matches what is below a name holds a domain that is the operator's own once, for all names under it",
  ],
  ['hunting/patterns.txt', 'expressions for searching logs, **never for blocking**'],
  [
    'ledger/',
    'the evidence, from which the database can be rebuilt, and the record of what was published when',
  ],
  ['LICENSE.md', 'the data licence of each source'],
  ['manifest.json, SHA256SUMS', 'every file with size, entries and checksum'],
]

/** What lies in the folder, for people who open it. Holds no date: an idle day changes no byte. */
export const readme: Exporter = {
  names: ['readme'],
  summary: 'README.md of the published folder: what each file is, and who reported what it holds',
  render: (snapshot) => [
    {
      path: 'README.md',
      mediaType: 'text/markdown; charset=utf-8',
      entries: 0,
      body: lines(text(snapshot)),
    },
  ],
}

function* text({ publisher, profile, reporters, indicators, watch }: Snapshot): Iterable<string> {
  const [active, watched] = [indicators, watch].map(
    (all) => all.filter(({ status }) => status === 'active').length,
  )
  yield `# ${profile.family} indicators`
  yield ''
  yield `Published by ${publisher.name}. ${indicators.length} indicators in all, ${active} active; ${watched} watched. Made by machine: edits are overwritten.`
  yield ''
  yield '- **To block:** `ips.txt`, `domains.txt`, `urls.txt`, and the same in `firewall/`, `dns/`, `ids/`, `siem/`, `stix/active.json`, and what has `to_ids` in `misp/`.'
  yield '- **To log, never to block:** `watch/`. It has a sound tie to the campaign, and may still belong to somebody else.'
  yield '- **To search logs, never to block:** the lists `-all` and `hunting/`. It is history: addresses and names change hands.'
  yield ''
  yield '| file | what it is |'
  yield '| --- | --- |'
  for (const [file, what] of FILES)
    yield `| ${file
      .split(', ')
      .map((name) => `\`${name}\``)
      .join(', ')} | ${what} |`
  yield ''
  yield `Wrongly listed, or want to be credited otherwise? Write to ${publisher.contact}.`
  yield ''
  yield '## Reported by'
  yield ''
  yield `${reporters.map(({ name }) => `\`${name}\``).join(', ') || 'nobody yet'}. Thank you.`
}
