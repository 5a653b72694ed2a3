import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import nock from 'nock'
import { expect, it, onTestFinished } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { fakeGithub } from '../fakes/github.js'
import { dailyPath } from '../fakes/tweetfeed.js'
import { fakeX, idAt } from '../fakes/x.js'
import { folder } from '../helpers.js'

const archived = (path: string): string => readFileSync(join(PACKAGE_ROOT, 'archive', path), 'utf8')
const TEAM_CYMRU = 'team-cymru/moqhao-first-stage-c2s-2021-07-01.csv'
/** The list whole: what the archive has and a list no longer holds would be taken for a fault of the list. */
const MALTRAIL = ['2018-2021', '2022-2023-and-undated'].map(
  (part) => `maltrail/android_roamingmantis.${part}.txt`,
)
const HANDLES = ['KesaGataMe0', 'NaomiSuzuki_', 'ninoseki', 'papa_anniekey']

/** Two hundred posts of the last days, of names and addresses as they were reported in 2021. */
function posts() {
  const rows = archived(TEAM_CYMRU).trim().split('\n').slice(1, 201)
  return rows.map((row, n) => {
    const [name, address] = row.split(',') as [string, string]
    const text = `#MoqHao\nhxxp://${name.replace('.', '[.]')}/ → ${address.replace(/\.(?=\d+$)/, '[.]')}`
    return { id: idAt(Date.now() - (n + 1) * 1_200_000, n), author_id: String(40 + (n % 4)), text }
  })
}

/** TweetFeed's files of twenty days, as many as one run reads. */
function days(): Record<string, string> {
  const rows = archived('tweetfeed/four-researchers-2021-08_2021-09.csv').split(/(?<=\n)/)
  const dates = [...new Set(rows.map((row) => row.slice(0, 10)))].slice(0, 20)
  return Object.fromEntries(
    dates.map((date) => [dailyPath(Date.parse(date)), rows.filter((row) => row.startsWith(date)).join('')]),
  )
}

/** npm run demo:live: the built command line against both services as they are documented, on this machine. */
it('collects from both services, publishes, and costs nothing the second time', async () => {
  nock.restore()
  const x = await fakeX({
    posts: posts(),
    users: HANDLES.map((username, n) => ({ id: String(40 + n), username })),
  })
  onTestFinished(() => x.close())
  const { github, api } = await fakeGithub([
    {
      date: '2021-07-01T10:00:00Z',
      files: { 'moqhao/MoqHao First-Stage C2s (2021-07-01)': archived(TEAM_CYMRU) },
    },
    {
      date: '2021-12-20T10:00:00Z',
      files: { 'trails/static/malware/android_roamingmantis.txt': archived(MALTRAIL[0]!) },
    },
    { date: '2021-12-21T10:00:00Z', files: { ...days(), 'domainmeta.json': '{"entries": {}}' } },
    {
      date: '2022-07-18T10:00:00Z',
      files: {
        'IOCs/roamingmantis/roaming_mantis_iocs_20220718.csv':
          'type,ioc,comment\ndomain,evil-demo[.]com,MoqHao landing\n',
      },
    },
    {
      date: '2023-12-20T10:00:00Z',
      files: { 'trails/static/malware/android_roamingmantis.txt': MALTRAIL.map(archived).join('\n') },
    },
  ])
  const dir = folder()
  const env = { ...process.env, X_API_URL: x.url, GITHUB_API_URL: api, X_BEARER_TOKEN: 'canary-token' }
  const cli = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      console.log(`$ moqhao-feed ${args.join(' ')}`)
      const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'dist/cli/bin.js'), '--dir', dir, ...args], {
        env,
      })
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += chunk
      })
      child.on('close', (code) => {
        console.log(text)
        if (code === 0) resolve(text)
        else reject(new Error(`exit ${code}`))
      })
    })
  const first = await cli('run', '--strict')
  expect(first).toContain('user ids written to')
  const ips = readFileSync(join(dir, 'feeds/ips.txt'), 'utf8').split('\n').filter(Boolean)
  expect(ips.length).toBeGreaterThan(5)
  const asked = [x.requests.length, github.requests.length]
  expect(await cli('run', '--strict')).toContain('Nothing new')
  expect(x.requests.length - asked[0]!).toBeLessThanOrEqual(HANDLES.length)
  expect(github.requests.slice(asked[1]).filter(({ counts }) => counts)).toEqual([])
  await cli('status')
  await cli('export', '--only', 'ips', '-o', '-')
  execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: join(dir, 'feeds') })
}, 120_000)
