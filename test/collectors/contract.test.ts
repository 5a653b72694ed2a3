import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace } from '../../src/app/workspace.js'
import { collectors } from '../../src/collectors/index.js'
import { dayEnd } from '../../src/core/time.js'
import { FAULTS, type Faulty, faultyServer } from '../fakes/faults.js'
import { idAt } from '../fakes/x.js'
import { folder } from '../helpers.js'

const NOW = '2026-11-23T12:00:00.000Z'
const told = { name: 'remote', title: 'R', reporter: 'R', licence: 'x' }
const json = (response: ServerResponse, body: unknown) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
const postId = idAt(Date.parse(NOW) - 3_600_000)

/** For each remote collector: its entry, where its service's address is taken from, and the service when all is well. */
const SERVICES: Record<
  string,
  { source: object; env: string; well: (request: IncomingMessage, response: ServerResponse) => void }
> = {
  'x-posts': {
    source: { ...told, type: 'x-posts', users: [{ handle: 'ninoseki', user_id: '42' }] },
    env: 'X_API_URL',
    well: (request, response) =>
      request.url?.startsWith('/2/users/by')
        ? json(response, { data: [{ id: '42', username: 'ninoseki' }], a_field_of_2027: true })
        : request.url?.startsWith('/2/tweets')
          ? json(response, { data: [{ id: postId, author_id: '42', text: 'evil-name[.]com' }] })
          : json(response, {
              data: [{ id: postId, author_id: '42', text: 'evil-name[.]com', a_field_of_2027: { x: 1 } }],
              includes: { users: [{ id: '42', username: 'ninoseki' }] },
              meta: { result_count: 1, newest_id: postId, oldest_id: postId },
            }),
  },
  'github-list': {
    source: { ...told, type: 'github-list', owner: 'o', repo: 'r', path: 'list.txt', format: 'plain' },
    env: 'GITHUB_API_URL',
    well: (request, response) => {
      if (request.url?.includes('/commits'))
        return json(response, [
          {
            sha: 'a'.repeat(40),
            commit: { committer: { date: '2026-11-20T00:00:00Z' } },
            a_field_of_2027: 1,
          },
        ])
      response.writeHead(200, { 'content-type': 'application/vnd.github.raw; charset=utf-8', etag: '"e1"' })
      return response.end('evil-name.com\n')
    },
  },
}

let server: Faulty
beforeAll(async () => {
  server = await faultyServer()
  nock.restore()
})
afterAll(() => server.close())

it('every remote collector is held to the contract', () => {
  expect(Object.keys(SERVICES).sort()).toEqual(
    collectors
      .filter(({ remote }) => remote)
      .map(({ type }) => type)
      .sort(),
  )
})

function opened(type: string) {
  const dir = folder()
  writeFileSync(join(dir, 'local.txt'), 'other-name.com\n')
  const local = {
    ...told,
    type: 'archive',
    name: 'local',
    files: [{ path: 'local.txt', format: 'plain', retrieved_at: NOW }],
  }
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [SERVICES[type]!.source, local] }))
  const env: Record<string, string> = {
    [SERVICES[type]!.env]: server.url,
    X_BEARER_TOKEN: 'canary-token',
    GITHUB_TOKEN: 'canary-token',
    MOQHAO_RETRIES: '0',
  }
  return openWorkspace({ dir, now: () => NOW, env: (name) => env[name] })
}

const options = { unreachable: async () => null, timeoutMs: 400 }

describe.each(Object.keys(SERVICES))('%s', (type) => {
  it.each(Object.keys(FAULTS))(
    '%s: said in one line, nothing moved, the others collected, the next run reads all',
    async (name) => {
      const here = opened(type)
      server.serve(FAULTS[name]!)
      const first = await collect(here, options)
      const failed = first.sources.find((one) => one.name === 'remote')!
      expect(failed).toMatchObject({ state: 'failed', newDocuments: 0 })
      expect(failed.message).toMatch(/^[^\n]{10,400}$/)
      expect(failed.message).not.toContain('canary')
      expect(first.sources.find((one) => one.name === 'local')).toMatchObject({
        state: 'ok',
        newDocuments: 1,
      })
      const [health] = (await here.store().health('2026-11-23')).filter((one) => one.name === 'remote')
      expect(health).toMatchObject({ state: 'failed', cursor: null, documents: 0, failures: 1 })

      server.serve(SERVICES[type]!.well)
      for (const run of [1, 2]) {
        const { sources } = await collect(here, options)
        expect(sources.find((one) => one.name === 'remote')).toMatchObject({
          state: 'ok',
          newDocuments: run === 1 ? 1 : 0,
        })
      }
      const { documents } = await here.store().facts(dayEnd('2026-11-23'))
      expect(documents).toHaveLength(2)
      await here.close()
    },
  )
})
