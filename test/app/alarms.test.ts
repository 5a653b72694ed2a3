import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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

it('a source that fails three times raises one alarm: in status, by --strict, at the webhook; and it ends', async () => {
  const told: unknown[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      told.push(JSON.parse(body))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const dir = folder()
  const { port } = server.address() as AddressInfo
  nock.enableNetConnect(`127.0.0.1:${port}`)
  onTestFinished(() => nock.disableNetConnect())
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
    JSON.stringify({
      sources: [list],
      alarms: { failures: 3, silence: 5, webhook: `http://127.0.0.1:${port}/hook` },
    }),
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
    return cli(['collect', '--dir', dir], { env: { MOQHAO_RETRIES: '0' }, unreachable: async () => null })
  }
  await collect(404)
  await collect(404)
  expect(told).toEqual([])
  expect((await collect(404)).stdout).toContain('ALARM list: failed 3 times in a row')
  await collect(404)
  expect(told).toMatchObject([{ feed: 'moqhao-feed', alarms: [{ source: 'list' }] }])
  expect((await cli(['status', '--dir', dir])).stdout).toContain('ALARM list: failed 4 times in a row')
  await collect(200)
  expect(told[1]).toMatchObject({ alarms: [{ source: 'list', alarm: null }] })
  expect((await cli(['status', '--dir', dir])).stdout).not.toContain('ALARM')
})
