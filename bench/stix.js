// 100,000 indicators as one full STIX bundle: streamed, in bounded memory, and many times as fast as python-stix2 builds
// and serialises the same objects. Fails below either limit, so that CI can hold us to it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { objectId } from '../dist/core/ids.js'
import { bundleText } from '../dist/exporters/stix/bundle.js'
import { feedOf } from '../dist/exporters/stix/feed.js'
import { graph } from '../dist/exporters/stix/objects.js'
import { reportOf } from '../dist/exporters/stix/report.js'
import { Profile } from '../dist/model/profile.js'

const COUNT = 100_000
const LIMIT_MB = 300
const LEAST_RATIO = 25
/** python-stix2 makes so many of them: it takes milliseconds for each. */
const PYTHON_COUNT = 1_000
const TRIES = 3

const root = join(import.meta.dirname, '..')
const NAMESPACE = '5a2c6c1e-6f0e-5f9b-9d6b-2f1a4e8f0c11'
const AT = '2026-11-20T00:00:00.000Z'
const stamp = { created: AT, modified: AT }
const reporter = { key: 'ninoseki', name: 'ninoseki', kind: 'individual', pinned: true }

function indicator(n) {
  const type = n % 4 === 0 ? 'ipv4-addr' : 'domain-name'
  const digest = createHash('sha1').update(String(n)).digest('hex')
  const value =
    type === 'ipv4-addr'
      ? `${11 + (n >> 24)}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
      : `${digest.slice(0, 10)}.duckdns.org`
  const post = String(1_500_000_000_000_000_000n + BigInt(n))
  return {
    id: objectId(NAMESPACE, 'indicator', type, value),
    type,
    value,
    status: 'active',
    confidence: 85,
    firstReported: AT,
    lastReported: AT,
    validFrom: AT,
    validUntil: '2026-12-20T00:00:00.000Z',
    reporters: [reporter],
    evidence: [
      {
        document: `post:${post}`,
        source: 'x-researchers',
        reporter,
        url: `https://x.com/ninoseki/status/${post}`,
        publishedAt: AT,
      },
    ],
    stamp,
  }
}

const indicators = Array.from({ length: COUNT }, (_, n) => indicator(n)).sort((a, b) =>
  a.type > b.type ? -1 : 1,
)
const values = (type) => indicators.filter((one) => one.type === type).map(({ value }) => value)
const [addresses, names] = [values('ipv4-addr'), values('domain-name')]
const resolutions = addresses.map((ip, n) => ({
  id: objectId(NAMESPACE, 'relationship', 'resolves-to', names[n], ip),
  domain: names[n],
  ip,
  firstReported: AT,
  lastReported: AT,
  firstSeen: null,
  lastSeen: null,
  stamp,
}))
const snapshot = {
  publisher: {
    name: 'moqhao-feed',
    contact: 'mailto:feed@example.org',
    baseUrl: 'https://feed.example',
    namespace: NAMESPACE,
    tlp: 'white',
  },
  profile: Profile.parse(JSON.parse(readFileSync(join(root, 'profiles/moqhao.json'), 'utf8'))),
  indicators,
  resolutions,
  revoked: [],
  reporters: [reporter],
  stamps: new Map(
    ['list common', 'identity publisher', 'identity reporter:ninoseki', 'malware moqhao', 'report feed'].map(
      (key) => [key, stamp],
    ),
  ),
}

/**
 * From their properties to their text: of each indicator the first `count` of itself, its observable, what it is based on,
 * what it indicates and its sighting. Both sides count their best of some tries: what disturbs a measurement only adds to it.
 */
const PYTHON = `
import json, sys, time, stix2
kinds = {"indicator": stix2.v21.Indicator, "relationship": stix2.v21.Relationship, "sighting": stix2.v21.Sighting, "ipv4-addr": stix2.v21.IPv4Address, "domain-name": stix2.v21.DomainName}
groups = [[(kinds[one.pop("type")], one) for one in json.loads(line)] for line in open(sys.argv[1])]
def seconds(count):
    started = time.perf_counter()
    for group in groups:
        for kind, one in group[:count]:
            kind(**one, allow_custom=False).serialize()
    return time.perf_counter() - started
for count in (3, 5):
    print(len(groups) / min(seconds(count) for _ in range(${TRIES})))
`

const python = [process.env.PYTHON, join(root, '.venv-checks/bin/python')].find(
  (path) => path && existsSync(path),
)
if (!python) {
  console.error(
    'stix: needs python-stix2: npm run check:interop makes .venv-checks, or name a Python in PYTHON',
  )
  process.exit(1)
}

const dir = mkdtempSync(join(tmpdir(), 'moqhao-bench-'))
try {
  const feed = feedOf(snapshot)
  const part = { month: null, report: 'feed', indicators, resolutions }
  let [seconds, bytes, rss] = [Number.POSITIVE_INFINITY, 0, 0]
  for (let tries = 0; tries < TRIES; tries++) {
    const started = performance.now()
    bytes = write(
      join(dir, 'bundle.json'),
      bundleText(NAMESPACE, graph(feed, part), reportOf(feed, 'feed', part)),
    )
    seconds = Math.min(seconds, (performance.now() - started) / 1000)
    // Of one bundle: later ones stand on what the first left for the collector.
    rss ||= process.resourceUsage().maxRSS / 1024
  }

  const groups = groupsOf(feed, {
    ...part,
    indicators: indicators.filter((_, n) => n % (COUNT / PYTHON_COUNT) === 0),
  })
  writeFileSync(join(dir, 'objects'), groups.map((group) => JSON.stringify(group)).join('\n'))
  const { status, stdout, stderr } = spawnSync(python, ['-c', PYTHON, join(dir, 'objects')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)

  const ours = COUNT / seconds
  const [three, five] = stdout.trim().split('\n').map(Number)
  const rate = (value) => `${value.toFixed(0).padStart(7)} indicators/s`
  console.log(
    `stix: ${COUNT} indicators and ${resolutions.length} pairs, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s, resident set ${rss.toFixed(0)} MB (limit ${LIMIT_MB})`,
  )
  console.log(`  moqhao-feed  ${rate(ours)}, each with observable, two relationships and a sighting`)
  console.log(`  python-stix2 ${rate(five)} of the same objects: ${(ours / five).toFixed(0)} times as fast`)
  console.log(
    `  python-stix2 ${rate(three)}, each with observable and one relationship: ${(ours / three).toFixed(0)} times as fast (limit ${LEAST_RATIO})`,
  )
  process.exitCode = rss < LIMIT_MB && ours / three >= LEAST_RATIO ? 0 : 1
} finally {
  rmSync(dir, { recursive: true, force: true })
}

/** @returns bytes written */
function write(path, chunks) {
  const file = openSync(path, 'w')
  let bytes = 0
  for (const chunk of chunks) bytes += writeSync(file, chunk)
  closeSync(file)
  return bytes
}

/** Each indicator with what the graph has of it alone. */
function groupsOf(feed, part) {
  const made = [...graph(feed, part)]
  const observables = new Map(made.filter(({ value }) => value).map((one) => [one.value, one]))
  const by = (ref, type) =>
    new Map(made.filter((one) => (one.relationship_type ?? one.type) === type).map((one) => [one[ref], one]))
  const [basedOn, indicates] = ['based-on', 'indicates'].map((type) => by('source_ref', type))
  const sightings = by('sighting_of_ref', 'sighting')
  return made
    .filter(({ type }) => type === 'indicator')
    .map((one) => [
      one,
      observables.get(one.name),
      basedOn.get(one.id),
      indicates.get(one.id),
      sightings.get(one.id),
    ])
}
