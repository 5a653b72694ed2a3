import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import nock from 'nock'
import { beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../../src/app/collect.js'
import { publishFeeds } from '../../src/app/publish.js'
import type { Workspace } from '../../src/app/workspace.js'
import { admit, evaluate } from '../../src/core/evaluate.js'
import { dayEnd } from '../../src/core/time.js'
import type { Document } from '../../src/model/document.js'
import { commit, post, workspace } from '../helpers.js'

const DAY = '2026-11-23'

async function verdicts(here: Workspace, asOf = DAY): Promise<Record<string, string>> {
  const facts = admit(await here.store().facts(dayEnd(asOf)), here.policy, asOf)
  return Object.fromEntries(
    [...evaluate(facts, here.policy, asOf).values()].map(({ observable, verdict }) => [
      observable.value,
      verdict,
    ]),
  )
}

describe('an edited post', () => {
  const version = (minute: number | null, text: string): Document =>
    post(text, {
      publishedAt: '2022-06-01T08:00:00.000Z',
      ...(minute === null ? {} : { edition: `2022-06-01T08:0${minute}:00.000Z` }),
    })
  const first = version(null, '#MoqHao abcdefghij.duckdns[.]org bbcdefghij.duckdns[.]org → 31.1.2.3')
  const second = version(1, '#MoqHao bbcdefghij.duckdns[.]org')
  const third = version(2, '#MoqHao bbcdefghij.duckdns[.]org cbcdefghij.duckdns[.]org')
  it('holds what its newest version holds, whichever is read first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([first, second, third], { minLength: 3 }), async (versions) => {
        const here = workspace()
        await commit(here, ...versions)
        expect(await verdicts(here)).toEqual({
          'abcdefghij.duckdns.org': 'unrelated',
          'bbcdefghij.duckdns.org': 'publish',
          'cbcdefghij.duckdns.org': 'publish',
          '31.1.2.3': 'unrelated',
        })
        expect((await here.store().facts(dayEnd(DAY))).pairs).toEqual([])
      }),
      { numRuns: 12 },
    )
  })
  it('held on the day before what it held then', async () => {
    const here = workspace()
    await commit(here, first, { ...second, edition: '2022-06-02T07:00:00.000Z' })
    expect(await verdicts(here, '2022-06-01')).toMatchObject({ 'abcdefghij.duckdns.org': 'publish' })
    expect(await verdicts(here, '2022-06-02')).toMatchObject({ 'abcdefghij.duckdns.org': 'unrelated' })
  })
})

it('a deleted post takes its text along, leaves the lists, and says why in delisted.csv', async () => {
  const here = workspace({ now: '2022-06-02T12:00:00.000Z' })
  await commit(
    here,
    post('#MoqHao abcdefghij.duckdns[.]org', { id: 'post:1', publishedAt: '2022-06-01T08:00:00.000Z' }),
  )
  await publishFeeds(here)
  const withdrawal = { at: '2022-06-02T13:00:00.000Z', reason: 'the post was deleted' }
  expect(await here.store().withdrawDocuments(['post:1', 'post:2'], withdrawal)).toBe(1)
  expect(await here.store().withdrawDocuments(['post:1'], withdrawal)).toBe(0)
  const later = workspace({ dir: here.dir, now: '2022-06-03T12:00:00.000Z' })
  const { snapshot } = await publishFeeds(later)
  expect(snapshot.indicators).toEqual([])
  expect(snapshot.delisted).toMatchObject([
    { value: 'abcdefghij.duckdns.org', decision: 'withdraw', reason: 'the post was deleted' },
  ])
  const held = () => readFileSync(join(here.dir, 'feed.db'), 'latin1')
  await here.close()
  await later.close()
  expect(held()).not.toContain('#MoqHao abcdefghij')
  expect(held()).not.toContain('ninoseki')
  const again = workspace({ dir: here.dir, now: '2022-06-03T12:00:00.000Z' })
  // Another road to it brings nothing back.
  await commit(again, post('#MoqHao abcdefghij.duckdns[.]org', { id: 'post:1', source: 'tweetfeed' }))
  expect(await verdicts(again)).toEqual({ 'abcdefghij.duckdns.org': 'unrelated' })
  await again.close()
  expect(held()).not.toContain('#MoqHao abcdefghij')
})

describe('a line that its list no longer has', () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => `name-${n}.example-list.com`)
  let commits: { sha: string; commit: { committer: { date: string } }; body: string }[] = []
  beforeEach(() => {
    commits = []
  })
  /** One run over a list that holds these names. */
  async function listed(here: Workspace, held: string[]) {
    const body = `# Reference: https://twitter.com/ninoseki/status/1439663629909979140\n\n${held.join('\n')}\n`
    const path = '/repos/stamparm/maltrail'
    // Each run finds one commit, made that hour, on top of the last.
    commits.unshift({
      sha: createHash('sha1').update(here.now()).digest('hex'),
      commit: { committer: { date: here.now() } },
      body,
    })
    const api = nock('https://api.github.com').get(`${path}/commits`).query(true).reply(200, commits)
    for (const { sha, body } of commits.slice(0, 2).reverse())
      api
        .get(`${path}/contents/trails%2Fstatic%2Fmalware%2Fandroid_roamingmantis.txt`)
        .query({ ref: sha })
        .reply(200, body, { 'content-type': 'text/plain' })
    const {
      sources: [result],
    } = await collect(here, { names: ['maltrail'], unreachable: async () => null })
    return result!
  }
  const at = (here: Workspace, now: string) => workspace({ dir: here.dir, now })
  it('is withdrawn, and stands again when it is listed again', async () => {
    const here = workspace({ now: '2026-11-20T10:00:00.000Z' })
    await listed(here, names(30))
    expect((await verdicts(here))['name-29.example-list.com']).not.toBe('unrelated')
    const gone = at(here, '2026-11-21T10:00:00.000Z')
    expect(await listed(gone, names(29))).toMatchObject({ state: 'ok', message: 'ok; 1 no longer listed' })
    expect((await verdicts(gone))['name-29.example-list.com']).toBe('unrelated')
    expect((await verdicts(gone, '2026-11-20'))['name-29.example-list.com']).not.toBe('unrelated')
    const back = at(here, '2026-11-22T10:00:00.000Z')
    await listed(back, names(30))
    expect((await verdicts(back))['name-29.example-list.com']).not.toBe('unrelated')
  })
  it('most of a list at once is taken for its fault', async () => {
    const here = workspace({ now: '2026-11-20T10:00:00.000Z' })
    await listed(here, names(60))
    const { message } = await listed(at(here, '2026-11-21T10:00:00.000Z'), names(3))
    expect(message).toContain('57 of the 60 values known from it are no longer listed')
    expect((await verdicts(here))['name-59.example-list.com']).not.toBe('unrelated')
  })
})
