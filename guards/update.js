// npm run guards:update [-- DIR]: makes guards/misp-*.json anew from the MISP warning lists (CC0), a checkout of which
// may lie in DIR. What each list means is decided here, not by MISP's own matching, which denies all that stands below
// any entry: all of duckdns.org with it. Review the diff like code, then run the tests.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalHash, canonicalName, suffixOf } from '../dist/core/canonical.js'
import { GuardList } from '../dist/model/guard.js'

const BASE =
  process.env.MISP_WARNINGLISTS_URL ?? 'https://raw.githubusercontent.com/MISP/misp-warninglists/main'
const TIMEOUT_MS = 30_000
const FOLDER = import.meta.dirname

/** Each guard: from which lists, with which effect, by which rule. */
const GUARDS = [
  {
    id: 'misp-top-sites',
    title: 'Among the most visited sites',
    lists: ['tranco10k', 'majestic_million', 'moz-top500', 'alexa', 'cisco_top5k'],
    match: 'suffix',
    // A site that lends names to its customers is denied itself; what stands below it is theirs.
    without: ['dynamic-dns'],
  },
  {
    // Letters drawn at random look like the short names of real sites, acronyms above all; longer ones do not.
    id: 'misp-popular-names',
    title: 'Short names among the million most visited: nothing around them speaks for them',
    lists: ['tranco'],
    effect: 'untied',
    match: 'suffix',
    longest: 6,
  },
  { id: 'misp-banks', title: 'Banks', lists: ['bank-website'], match: 'suffix' },
  {
    id: 'misp-security-sites',
    title: 'Where security vendors write, and samples are analysed',
    lists: ['security-provider-blogpost', 'automated-malware-analysis'],
    match: 'suffix',
  },
  {
    id: 'misp-shorteners',
    title: 'Link shorteners and pages of links',
    lists: ['url-shortener', 'link-in-bio'],
    match: 'suffix',
  },
  {
    id: 'misp-connectivity',
    title: 'Where devices ask for their own address, or whether they are online',
    lists: ['whats-my-ip', 'findip-host', 'captive-portals'],
    match: 'suffix',
  },
  { id: 'misp-dynamic-dns', title: 'Dynamic-DNS names themselves', lists: ['dynamic-dns'], match: 'exact' },
  {
    id: 'misp-cdn-networks',
    title: 'Front ends of content delivery networks and of sites of everybody, and parked names',
    lists: [
      'akamai',
      'cloudflare',
      'fastly',
      'stackpath',
      'wikimedia',
      'apple',
      'microsoft-office365-ip',
      'parking-domain',
    ],
    effect: 'deny-address',
    match: 'network',
  },
  {
    id: 'misp-cloud-networks',
    title: 'Rented machines of a cloud, or hosts that many customers share',
    lists: ['amazon-aws', 'google-gcp', 'microsoft-azure', 'ovh-cluster'],
    effect: 'annotate',
    match: 'network',
  },
  { id: 'misp-sinkholes', title: 'Sinkholes of the defenders', lists: ['sinkholes'], match: 'network' },
  {
    id: 'misp-common-files',
    title: 'Files that are everywhere, empty, or made to test scanners',
    lists: ['common-ioc-false-positive', 'empty-hashes', 'eicar.com'],
    match: 'hash',
  },
]

const [folder] = process.argv.slice(2)
const provided = new Set(
  GuardList.parse(JSON.parse(readFileSync(join(FOLDER, 'provider-apexes.json'), 'utf8'))).entries,
)

for (const {
  id,
  title,
  lists,
  match,
  effect = 'deny',
  without = [],
  longest = Number.POSITIVE_INFINITY,
} of GUARDS) {
  const read = await Promise.all(lists.map(readList))
  const except = new Set((await Promise.all(without.map(readList))).flatMap(({ list }) => list.map(plain)))
  const entries = [...new Set(read.flatMap(({ list }) => list.map(plain)))]
    .map((entry) => canonical(match, entry))
    .filter((entry) => entry !== null && !(match === 'suffix' && (except.has(entry) || provided.has(entry))))
    .filter((entry) => longest === Number.POSITIVE_INFINITY || entry.indexOf('.') <= longest)
    .sort()
  const guard = GuardList.parse({
    id,
    title,
    effect,
    match,
    source: `MISP warning lists: ${lists.join(', ')}`,
    licence: 'CC0-1.0',
    version: read.map(({ version }) => version).join(', '),
    entries,
  })
  const { absolute: _, ...written } = guard
  writeFileSync(join(FOLDER, `${id}.json`), `${JSON.stringify(written, null, 1)}\n`)
  console.log(`${id}: ${entries.length} entries`)
}

async function readList(name) {
  const path = `lists/${name}/list.json`
  const text = folder
    ? readFileSync(join(folder, path), 'utf8')
    : await fetch(`${BASE}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then((answer) => {
        if (!answer.ok)
          throw new Error(`${BASE}/${path}: answered ${answer.status}; the guards stay as they are`)
        return answer.text()
      })
  const { list, version } = JSON.parse(text)
  if (!Array.isArray(list) || list.length === 0)
    throw new Error(`${path}: no entries; the guards stay as they are`)
  return { list, version: String(version) }
}

function plain(entry) {
  return entry
    .trim()
    .toLowerCase()
    .replace(/^\*?\.|\.$/g, '')
}

/** An entry as the rule wants it; null: it cannot be held against a value. A public suffix is denied anyhow. */
function canonical(match, entry) {
  if (match === 'hash') return canonicalHash(entry)?.value ?? null
  if (match === 'network') return entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`
  const name = canonicalName(entry)?.value ?? null
  return name !== null && suffixOf(name).registrable !== null ? name : null
}
