import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { isRelevant } from '../../src/app/relevance.js'
import { read } from '../../src/core/read.js'
import type { Document } from '../../src/model/document.js'
import { cli, folder, post, workspacePolicy } from '../helpers.js'

const policy = workspacePolicy()
const rowsOf = (author: string | null, tags: string[], ...values: string[]): Document =>
  post('', {
    author,
    tags,
    publishedAt: '2022-03-01T10:00:00.000Z',
    body: { rows: values.map((value) => ({ cells: [value] })) },
  })

test.each<[string, boolean, Document]>([
  ['of a pinned reporter', true, rowsOf('ninoseki', [], 'shop-1.example-list.com')],
  ['of one by another of his handles', true, rowsOf('@naomisuzuki', [], 'shop-1.example-list.com')],
  ['of one who is known and not pinned', true, rowsOf('MASAOMI346', [], 'shop-1.example-list.com')],
  ['of an organisation', true, rowsOf('teamcymru_S2', [], '31.7.7.7')],
  ['that somebody reposts of a reporter', true, rowsOf('ninoseki via stranger', [], '31.7.7.7')],
  ['of a stranger', false, rowsOf('stranger', ['#phishing'], 'shop-1.example-list.com', '31.7.7.7')],
  ['of nobody', false, rowsOf(null, [], 'shop-1.example-list.com')],
  ['of a stranger who names the campaign', true, rowsOf('stranger', ['#MoqHao'], 'shop-1.example-list.com')],
  [
    'of a stranger, with a name as the operators spell them',
    true,
    rowsOf('stranger', [], 'abcdefghij.duckdns.org'),
  ],
  ['of a stranger, with a port of the command servers', true, rowsOf('stranger', [], '31.7.7.7:28844')],
  [
    'of a stranger, with the same port at a name',
    false,
    rowsOf('stranger', [], 'shop-1.example-list.com:28844'),
  ],
])('a post %s is relevant: %s', (_, expected, document) => {
  expect(isRelevant({ document, reading: read(document, policy.profile) }, policy)).toBe(expected)
})

it('what one says who is known and not pinned publishes nothing alone, an address least of all', async () => {
  const dir = folder()
  const posts = [
    { id: 'p1', text: '#MoqHao C2 31[.]7[.]7[.]7:28844', author: 'masaomi346' },
    { id: 'p2', text: '#MoqHao C2 31[.]7[.]7[.]8:28844', author: 'ninoseki' },
  ]
  const lines = posts.map((one) => JSON.stringify({ ...one, published_at: '2026-11-20T10:00:00Z' }))
  writeFileSync(join(dir, 'posts.jsonl'), `${lines.join('\n')}\n`)
  expect((await cli(['import', '--dir', dir, join(dir, 'posts.jsonl')])).code).toBe(0)
  expect((await cli(['export', '--dir', dir, '--only', 'ips', '-o', '-'])).stdout).toBe('31.7.7.8\n')
  const { stdout } = await cli(['explain', '--dir', dir, '31.7.7.7'])
  expect(stdout).not.toContain('verdict     publish')
  expect(stdout).toContain('one reporter who is not pinned')
})

test.each([
  [{ right: 3, of: 4, checked: '2026-11-01' }, null],
  [{ right: 5, of: 4, checked: '2026-11-01' }, 'reporters.0.record.right: no more than `of`, not 5'],
  [{ right: 0, of: 0, checked: '2026-11-01' }, 'reporters.0.record.of'],
  [{ right: 3, of: 4, checked: 'yesterday' }, 'reporters.0.record.checked'],
  [{ right: 3, of: 4, checked: '2026-11-01', by: 'me' }, 'unknown key "by" in reporters.0.record'],
])('takes a record of how often a reporter was right: %j', async (record, message) => {
  const dir = folder()
  writeFileSync(
    join(dir, 'feed.config.json'),
    JSON.stringify({ reporters: [{ name: 'masaomi346', record }], sources: [] }),
  )
  const { code, stderr } = await cli(['collect', '--dir', dir])
  expect(code).toBe(message === null ? 0 : 2)
  expect(stderr).toContain(message ?? '')
})
