import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import nock from 'nock'
import { expect, it, onTestFinished, test } from 'vitest'
import { alarmOf } from '../../src/core/alarm.js'
import type { SourceHealth } from '../../src/model/ports.js'
import { cli, folder } from '../helpers.js'

const LIMITS = { failures: 3, silence: 5 }
const health = (told: Partial<SourceHealth>): SourceHealth => ({
  name: 'x',
  cursor: null,
  lastRun: null,
  lastSuccess: null,
  lastNewDocument: null,
  state: 'ok',
  message: null,
  documents: 1,
  failures: 0,
  readsToday: 0,
  readsThisMonth: 0,
  alarm: null,
  alarmTold: null,
  publishedDays: 0,
  firstPublished: null,
  lastPublished: null,
  ...told,
})
const every = (pause: number, days: number, until: string) => ({
  publishedDays: days,
  firstPublished: new Date(Date.parse(until) - pause * (days - 1) * 86_400_000).toISOString(),
  lastPublished: until,
})

test.each([
  ['all is well', {}, null],
  ['two failures are none', { failures: 2 }, null],
  ['three are', { failures: 3, message: 'answered 503' }, 'failed 3 times in a row: answered 503'],
  ['daily, silent for two days', every(1, 30, '2026-11-21T00:00:00.000Z'), null],
  [
    'daily, silent for six',
    every(1, 30, '2026-11-17T00:00:00.000Z'),
    'nothing new for 6 days, where it used to be 1.0',
  ],
  ['weekly, silent for a month', every(7, 30, '2026-10-24T00:00:00.000Z'), null],
  [
    'weekly, silent for six weeks',
    every(7, 30, '2026-10-12T00:00:00.000Z'),
    'nothing new for 42 days, where it used to be 7.0',
  ],
  ['too little is known', every(1, 4, '2026-10-01T00:00:00.000Z'), null],
])('%s', (_, told, alarm) => {
  expect(alarmOf(health(told), LIMITS, '2026-11-23T12:00:00.000Z')).toBe(alarm)
})

/** A webhook on loopback: what it was told, and what it answers from now on. */
async function hook() {
  const told: unknown[] = []
  const answers = { status: 200 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      told.push(JSON.parse(body))
      response.writeHead(answers.status).end('noted')
    })
  })
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}/hook`, port, told, answers }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  nock.enableNetConnect('127.0.0.1')
  onTestFinished(() => nock.disableNetConnect())
  return (server.address() as AddressInfo).port
}

/** A folder with one list, collected again and again while GitHub answers with a status. */
function watched(webhook: string, env: Record<string, string> = {}) {
  const dir = folder()
  const list = {
    type: 'github-list',
    name: 'list',
    title: 'L',
    reporter: 'L',
    licence: 'x',
    owner: 'o',
    repo: 'r',
    path: 'p.txt',
    format: 'plain',
  }
  writeFileSync(
    join(dir, 'feed.config.json'),
    JSON.stringify({ sources: [list], alarms: { failures: 3, silence: 5, webhook } }),
  )
  const collect = async (status: number) => {
    const api = nock('https://api.github.com').get('/repos/o/r/commits').query(true)
    const commit = { sha: 'a'.repeat(40), commit: { committer: { date: '2026-11-20T00:00:00Z' } } }
    if (status === 200)
      api
        .reply(200, [commit])
        .get('/repos/o/r/contents/p.txt')
        .query(true)
        .reply(200, 'evil-name.com', { 'content-type': 'text/plain' })
    else api.reply(status, { message: 'no' })
    return cli(['collect', '--dir', dir], {
      env: { MOQHAO_RETRIES: '0', ...env },
      unreachable: async () => null,
    })
  }
  return { dir, collect }
}

const RAISED = { feed: 'moqhao-feed', alarms: [{ source: 'list', alarm: expect.stringContaining('failed') }] }
const OVER = { feed: 'moqhao-feed', alarms: [{ source: 'list', alarm: null }] }

it('a source that fails three times raises one alarm: in status, by --strict, at the webhook; and it ends', async () => {
  const { url, told } = await hook()
  const { dir, collect } = watched(url)
  await collect(404)
  await collect(404)
  expect(told).toEqual([])
  expect((await collect(404)).stdout).toContain('ALARM list: failed 3 times in a row')
  await collect(404)
  expect(told).toEqual([RAISED])
  expect((await cli(['status', '--dir', dir])).stdout).toContain('ALARM list: failed 4 times in a row')
  await collect(200)
  expect(told).toEqual([RAISED, OVER])
  expect((await cli(['status', '--dir', dir])).stdout).not.toContain('ALARM')
})

it('what the webhook did not take is told again at the next run, and never once it has been taken', async () => {
  const { url, told, answers } = await hook()
  const { collect } = watched(url)
  answers.status = 503
  for (const _run of [1, 2, 3, 4]) await collect(404)
  expect(told).toEqual([RAISED, RAISED])
  answers.status = 204
  for (const _run of [5, 6]) await collect(404)
  expect(told).toEqual([RAISED, RAISED, RAISED])
  answers.status = 500
  await collect(200)
  answers.status = 200
  for (const _run of [8, 9]) await collect(304)
  expect(told.slice(3)).toEqual([OVER, OVER])
})

it('an alarm that was over before it could be told is not told', async () => {
  const { url, told, answers } = await hook()
  const { collect } = watched(url)
  answers.status = 500
  for (const _run of [1, 2, 3]) await collect(404)
  answers.status = 200
  await collect(200)
  expect(told).toEqual([RAISED])
})

it('the webhook is told by the proxy of the environment, save what NO_PROXY names; a wrong one stops no run', async () => {
  const { port, told } = await hook()
  const tunnels: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    client.on('error', () => upstream.destroy())
  })
  const HTTP_PROXY = `http://127.0.0.1:${await listening(proxy)}`
  // A name that nobody resolves: only the proxy is spoken to.
  const far = watched('http://hook.invalid:81/', { HTTP_PROXY })
  for (const _run of [1, 2, 3]) await far.collect(404)
  expect([tunnels, told]).toEqual([['hook.invalid:81'], [RAISED]])

  const near = watched(`http://127.0.0.1:${port}/`, { HTTP_PROXY, NO_PROXY: '127.0.0.1' })
  for (const _run of [1, 2, 3]) await near.collect(404)
  expect([tunnels.length, told.length]).toEqual([1, 2])

  const wrong = watched('http://hook.invalid:81/', { HTTP_PROXY: 'socks5://proxy.invalid' })
  for (const _run of [1, 2]) await wrong.collect(404)
  expect(await wrong.collect(404)).toMatchObject({ code: 0, stdout: expect.stringContaining('ALARM list') })
  expect([tunnels.length, told.length]).toEqual([1, 2])
})
