// What happens to values in the MISP feed, from the bundled archive and some posts: `misp-life.js FOLDER` publishes day
// after day and copies misp/ of each day to FOLDER/1-first, FOLDER/2-new, …, for check_misp_feed.py to compare with the day before.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { main } from '../../dist/cli/main.js'
import { openWorkspace } from '../../dist/index.js'
import { smallArchive } from '../small-archive.js'

const root = process.argv[2]
const dir = join(root, 'work')
mkdirSync(dir, { recursive: true })
smallArchive(dir)

const env = (name) => process.env[name]
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** The command line, on another day. */
async function cli(day, args, stdin = '') {
  const code = await main([...args, '--dir', dir], {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: nowhere(),
    stderr: nowhere(),
    env,
    now: () => `${day}T12:00:00.000Z`,
    signal: new AbortController().signal,
  })
  if (code !== 0) throw new Error(`${args.join(' ')} on ${day}: exit ${code}`)
}

const posts = (day, ...reports) =>
  reports
    .map(([id, author, text]) =>
      JSON.stringify({
        id,
        author,
        text,
        published_at: `${day}T08:00:00.000Z`,
        url: `https://x.com/${author}/status/${id}`,
      }),
    )
    .join('\n')
const report = (day, ...reports) =>
  cli(day, ['import', '-', '--format', 'jsonl', '--source', 'x-researchers'], `${posts(day, ...reports)}\n`)

/** What the author took back. */
async function takeBack(day, ...ids) {
  const workspace = openWorkspace({ dir, now: () => `${day}T12:00:00.000Z`, env })
  await workspace.store().withdrawDocuments(
    ids.map((id) => `post:${id}`),
    { at: `${day}T10:00:00.000Z`, reason: 'the post was deleted' },
  )
  await workspace.close()
}

function attributes(folder) {
  const events = readdirSync(folder).filter((name) => /^[0-9a-f-]{36}\.json$/.test(name))
  const all = events.flatMap((name) => {
    const event = JSON.parse(readFileSync(join(folder, name), 'utf8')).Event
    return [...event.Attribute, ...event.Object.flatMap((one) => one.Attribute)]
  })
  return new Map(all.map((one) => [one.uuid, one]))
}

let before = new Map()
async function published(day, name) {
  await cli(day, ['publish'])
  const folder = join(root, name)
  cpSync(join(dir, 'feeds/misp'), folder, { recursive: true })
  const now = attributes(folder)
  const count = (is) => [...now.values()].filter(is).length
  const fresh = count(({ uuid }) => !before.has(uuid))
  const grown = count(({ uuid, timestamp }) => before.has(uuid) && before.get(uuid).timestamp !== timestamp)
  const [active, deleted] = [count((one) => one.to_ids), count((one) => one.deleted)]
  console.log(`${name} ${day}: ${fresh} new, ${grown} changed, ${active} to_ids, ${deleted} deleted`)
  before = now
}

const ADDRESS = '103.80.134.153'
await cli('2021-07-01', ['run'])
await published('2021-07-01', '1-first')
await report(
  '2021-07-02',
  ['1410800000000000001', 'ninoseki', '#MoqHao zzbcdefghi.duckdns[.]org → 31.1.2.3'],
  [
    '1410800000000000002',
    'KesaGataMe0',
    '#MoqHao zzbcdefghi.duckdns[.]org → 31.1.2.3 zzccdefghi.duckdns[.]org',
  ],
)
await published('2021-07-02', '2-new')
await published('2021-08-20', '3-expired')
await report('2021-08-21', [
  '1428900000000000001',
  'ninoseki',
  `#MoqHao zzdcdefghi.duckdns[.]org → ${ADDRESS}`,
])
await published('2021-08-21', '4-revived')
await cli('2021-08-22', ['decide', ADDRESS, '--withdraw', '--reason', 'to see it deleted', '--by', 'ci'])
await published('2021-08-22', '5-withdrawn')
rmSync(join(dir, 'decisions.csv'))
await published('2021-08-23', '6-returned')
await takeBack('2021-08-24', '1410800000000000002')
await published('2021-08-24', '7-taken-back')
await published('2021-08-24', '8-again')
