import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import nock from 'nock'
import { expect, it, onTestFinished } from 'vitest'
import { publishFeeds } from '../../src/app/publish.js'
import { verify } from '../../src/app/verify.js'
import { cli, commit, folder, post, workspace } from '../helpers.js'

async function feeds(): Promise<string> {
  const here = workspace({ dir: folder(), now: '2022-06-02T12:00:00.000Z' })
  await commit(
    here,
    post('#MoqHao abcdefghij.duckdns[.]org → 31.1.2.3', {
      id: 'post:1',
      publishedAt: '2022-06-01T08:00:00.000Z',
    }),
  )
  const found = [
    {
      domain: 'abcdefghij.duckdns.org',
      source: 'tweetfeed',
      checkedAt: '2022-06-02T10:00:00.000Z',
      retrievedAt: '2022-06-02T11:00:00.000Z',
      registeredAt: null,
      registrar: 'NameSilo, LLC',
      nameServers: [],
      addresses: [],
    },
  ]
  await here.store().commit('tweetfeed', null, [], { registrations: { found } })
  await publishFeeds(here)
  return here.feeds
}

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Changes a file and makes manifest and checksums say that this is right. */
function forge(root: string, path: string, text: string): void {
  const [file, manifest] = [join(root, path), join(root, 'manifest.json')]
  const [before, size] = [hash(file), statSync(file).size]
  writeFileSync(file, text)
  const said = readFileSync(manifest, 'utf8')
    .split('\n')
    .map((line) =>
      line.includes(`"path":"${path}"`)
        ? line.replace(before, hash(file)).replace(`"bytes":${size},`, `"bytes":${Buffer.byteLength(text)},`)
        : line,
    )
  const [sums, manifestBefore] = [join(root, 'SHA256SUMS'), hash(manifest)]
  writeFileSync(manifest, said.join('\n'))
  writeFileSync(
    sums,
    readFileSync(sums, 'utf8')
      .replace(`${before}  ${path}\n`, `${hash(file)}  ${path}\n`)
      .replace(manifestBefore, hash(manifest)),
  )
}

/** Of the one event. */
const event = (root: string): string => {
  const [uuid] = Object.keys(JSON.parse(readFileSync(join(root, 'misp/manifest.json'), 'utf8')) as object)
  return `misp/${uuid}.json`
}

const reword = (root: string, path: string, what: RegExp, by: string): void =>
  forge(root, path, readFileSync(join(root, path), 'utf8').replace(what, by))

it('finds nothing in what was published, with or without a slash behind the folder', async () => {
  const root = await feeds()
  for (const where of [root, `${root}/`, `${root}/.`]) expect((await verify(where)).findings).toEqual([])
})

it.each<[string, (root: string) => void, RegExp]>([
  [
    'a changed byte',
    (root) => appendFileSync(join(root, 'ips.txt'), '31.1.2.4\n'),
    /ips\.txt: has \d+ bytes/,
  ],
  ['a missing file', (root) => rmSync(join(root, 'domains.txt')), /domains\.txt: is missing/],
  [
    'a file that nobody published',
    (root) => writeFileSync(join(root, 'x.txt'), ''),
    /x\.txt: is not in manifest/,
  ],
  ['a link', (root) => symlinkSync('/etc/passwd', join(root, 'x.txt')), /x\.txt: is not in manifest/],
  ['a checksum', (root) => appendFileSync(join(root, 'SHA256SUMS'), 'x\n'), /SHA256SUMS: does not say/],
  [
    'a name among the addresses',
    (root) => forge(root, 'ips.txt', 'google.com\n'),
    /ips\.txt: line 1: google\.com is not/,
  ],
  ['a network', (root) => forge(root, 'ips.txt', '0.0.0.0/0\n'), /ips\.txt: line 1: a network/],
  [
    'a name among the watched addresses',
    (root) => forge(root, 'watch/ips.txt', 'google.com\n'),
    /watch\/ips\.txt: line 1: google\.com is not/,
  ],
  [
    'a rule among what is watched that is none',
    (root) => forge(root, 'watch/suricata.rules', 'x\n'),
    /watch\/suricata\.rules: line 1: /,
  ],
  ['an address among the names', (root) => forge(root, 'domains.txt', '31.1.2.3\n'), /domains\.txt: line 1/],
  [
    'an entry more',
    (root) => forge(root, 'ips.txt', '31.1.2.3\n31.1.2.4\n'),
    /ips\.txt: 2 lines, and manifest\.json says 1/,
  ],
  ['a consumer file', (root) => forge(root, 'dns/pi-hole.txt', 'x # y\n'), /dns\/pi-hole\.txt: line 1/],
  ['the record', (root) => forge(root, 'ledger/published.jsonl', '{}\n'), /published\.jsonl: line 1/],
  [
    'what was told of names',
    (root) => forge(root, 'ledger/registrations.jsonl', '{"domain":"x"}\n'),
    /registrations\.jsonl: line 1/,
  ],
  ['the evidence', (root) => forge(root, 'ledger/2022-06.jsonl', 'x\n'), /2022-06\.jsonl: line 1/],
  [
    'an index of bundles that are not there',
    (root) =>
      forge(
        root,
        'stix/index.json',
        readFileSync(join(root, 'stix/index.json'), 'utf8').replace('"indicators":2', '"indicators":3'),
      ),
    /index\.json: names other bundles/,
  ],
  [
    'an index that is none',
    (root) => forge(root, 'stix/index.json', '{"stix":[{}]}'),
    /index\.json: stix\.0/,
  ],
  ['the bundle', (root) => forge(root, 'stix/bundle.json', '{}'), /bundle\.json: /],
  ['an event', (root) => reword(root, event(root), /"to_ids":true/, '"to_ids":1'), /\.json: .*to_ids: /],
  [
    'an event that its manifest does not know',
    (root) => forge(root, 'misp/manifest.json', '{}\n'),
    /misp\/[0-9a-f-]+\.json: does not say what misp\/manifest\.json says/,
  ],
  [
    'an older event',
    (root) => reword(root, event(root), /"timestamp":"\d+"/, '"timestamp":"1000000000"'),
    /\.json: Event: older than what it holds/,
  ],
  [
    'a value without its hash',
    (root) => reword(root, 'misp/hashes.csv', /^.*\n/, ''),
    /misp\/hashes\.csv: does not say what the events say/,
  ],
  [
    'an event that is not there',
    (root) => reword(root, 'misp/manifest.json', /^\{\n"./, '{\n"0'),
    /misp\/manifest\.json: [0-9a-f-]+\.json is not published/,
  ],
])('finds %s', async (_, tamper, finding) => {
  const root = await feeds()
  tamper(root)
  const { findings } = await verify(root)
  expect(findings.map(({ path, what }) => `${path}: ${what}`).join('\n')).toMatch(finding)
})

it('by the command line: exit 1 with a line for each finding; of an address too', async () => {
  const root = await feeds()
  const dir = join(root, '..')
  expect(await cli(['verify', '--dir', dir])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/0 findings\n$/),
  })
  nock.enableNetConnect('127.0.0.1')
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(root, new URL(request.url!, 'http://x').pathname)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    nock.disableNetConnect()
  })
  const address = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  expect((await verify(address)).findings).toEqual([])
  appendFileSync(join(root, 'ips.txt'), 'x\n')
  expect((await verify(address)).findings).toHaveLength(1)
  await expect(verify(`${address}/nowhere`)).rejects.toThrow(/no manifest\.json/)
  expect(await cli(['verify', '--dir', dir])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^ips\.txt: /),
  })
})
