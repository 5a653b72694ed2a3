import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { openWorkspace } from '../../src/app/workspace.js'
import { proxyFor } from '../../src/collectors/proxy.js'
import { folder } from '../helpers.js'

test.each([
  [{}, null],
  [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'http://proxy.example:3128'],
  [{ https_proxy: 'proxy.example:3128' }, 'http://proxy.example:3128'],
  [{ HTTP_PROXY: 'http://proxy.example:3128' }, null],
  [{ ALL_PROXY: 'http://proxy.example:1' }, 'http://proxy.example:1'],
  [{ HTTPS_PROXY: 'http://p.example', NO_PROXY: 'localhost, x.com' }, null],
  [{ HTTPS_PROXY: 'http://p.example', NO_PROXY: '.x.com' }, null],
  [{ HTTPS_PROXY: 'http://p.example', NO_PROXY: '*' }, null],
  [{ HTTPS_PROXY: 'http://p.example', no_proxy: 'notx.com' }, 'http://p.example'],
])('%j', (env, proxy) => {
  expect(proxyFor('https://api.x.com/2/', (name) => (env as Record<string, string>)[name])).toBe(proxy)
})

beforeAll(() => nock.restore())
afterAll(() => nock.activate())

it('both services are asked by the proxy, which is told no more than where to', async () => {
  const tunnels: string[] = []
  const service = createServer((request, response) => {
    response.writeHead(503, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: 'down', title: request.url }))
  })
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    // There is no certificate for a service on loopback: its tunnel is refused.
    if (request.url === 'localhost:1') {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    const { port } = service.address() as AddressInfo
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  for (const server of [service, proxy])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const told = { title: 'T', reporter: 'T', licence: 'x' }
  const sources = [
    { ...told, type: 'x-posts', name: 'x', users: [{ handle: 'ninoseki', user_id: '42' }] },
    { ...told, type: 'github-list', name: 'gh', owner: 'o', repo: 'r', path: 'p.txt', format: 'plain' },
  ]
  const dir = folder()
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources }))
  const env: Record<string, string> = {
    // Names that nobody resolves: only the proxy is spoken to.
    X_API_URL: 'https://localhost:1',
    GITHUB_API_URL: 'http://localhost:2',
    X_BEARER_TOKEN: 'canary-token',
    ALL_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    MOQHAO_RETRIES: '0',
  }
  const here = openWorkspace({ dir, now: () => '2026-11-23T12:00:00.000Z', env: (name) => env[name] })
  const { sources: results } = await collect(here, { timeoutMs: 5_000 })
  await here.close()
  for (const server of [service, proxy]) {
    server.closeAllConnections()
    server.close()
  }
  expect(results.map(({ message }) => message)).toEqual([
    expect.stringContaining('answered 502'),
    expect.stringContaining('503'),
  ])
  expect([...new Set(tunnels)].sort()).toEqual(['localhost:1', 'localhost:2'])
})
