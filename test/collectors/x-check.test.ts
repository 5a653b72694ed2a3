import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { addDays } from '../../src/core/time.js'
import { idAt } from '../fakes/x.js'
import { NOW } from '../helpers.js'
import { api, batches, config, cursorOf } from './x-helpers.js'

const ago = (days: number, count: number) =>
  Array.from({ length: count }, (_, n) => idAt(Date.parse(NOW) - days * 86_400_000 - n * 60_000, n))

/** Runs of which each goes on from the cursor of the one before; tells which posts were asked for, by run. */
async function runs(
  settings: ReturnType<typeof config>,
  known: (run: number) => string[],
  { count, hours }: { count: number; hours: number },
) {
  const asked: string[][] = []
  const notices: string[] = []
  api()
    .persist()
    .get('/2/tweets')
    .query(true)
    .reply(200, (uri) => {
      const ids = new URL(uri, 'https://api.x.com').searchParams.get('ids')!.split(',')
      asked.at(-1)!.push(...ids)
      return { data: ids.map((id) => ({ id, author_id: '42', text: 'x' })) }
    })
  let cursor: string | null = cursorOf({}, '2026-11-01T00:00:00.000Z')
  let [day, today]: [string, Set<string>] = ['', new Set()]
  for (let run = 0; run < count; run++) {
    const now = addDays(NOW, (run * hours) / 24)
    if (now.slice(0, 10) !== day) [day, today] = [now.slice(0, 10), new Set()]
    asked.push([])
    const reads = async () => ({ today: [...today], month: 0 })
    const posts = async () => known(run).map((id) => `post:${id}`)
    for (const batch of await batches(settings, { now, cursor, reads, posts })) {
      cursor = batch.cursor ?? cursor
      for (const id of batch.reads ?? []) today.add(id)
      if (batch.notice) notices.push(batch.notice)
    }
  }
  nock.cleanAll()
  return { asked, notices }
}

const settings = (check: object) =>
  config({
    users: [],
    budget: { day: 100, month: 100_000 },
    check: { days: 30, every_hours: 12, share: 0.5, ...check },
  })

describe('known posts in turn', () => {
  it('a pass that may read no more is gone on with below its mark, and says what waits', async () => {
    const recent = ago(1, 120)
    const { asked, notices } = await runs(settings({ older: 0 }), () => recent, { count: 4, hours: 24 })
    // Up to what four times what is asked would cost: 50 a day, less 3.
    expect(asked.map((ids) => ids.length)).toEqual([47, 47, 26, 47])
    expect(asked.slice(0, 3).flat()).toEqual(recent)
    expect(asked[3]).toEqual(recent.slice(0, 47))
    expect(notices[0]).toBe(
      'known posts: of their share of the budget, 50 a day, nothing is left; 73 still to be looked at again, from the next UTC day on',
    )
  })
  it('posts that come while a pass is under way do not turn it back', async () => {
    const recent = ago(1, 120)
    const newer = (run: number) => Array.from({ length: 40 * run }, (_, n) => idAt(Date.parse(NOW) + n, n))
    const { asked } = await runs(settings({ older: 0 }), (run) => [...recent, ...newer(run)], {
      count: 3,
      hours: 24,
    })
    expect(asked.flat()).toEqual(recent)
  })
  it('older ones without limit of age: so many a pass, then from the newest of them again', async () => {
    const old = [...ago(40, 5), ...ago(2_000, 4), '12345']
    const { asked } = await runs(settings({ older: 4 }), () => old, { count: 4, hours: 12 })
    expect(asked).toEqual([old.slice(0, 4), old.slice(4, 8), old.slice(8), old.slice(0, 4)])
  })
  it('a day that is not over gives no second share; a pass that is not due asks for nothing', async () => {
    const recent = ago(1, 120)
    const { asked } = await runs(settings({ older: 0 }), () => recent, { count: 2, hours: 1 })
    expect(asked.map((ids) => ids.length)).toEqual([47, 0])
    const { asked: few } = await runs(settings({ older: 0 }), () => recent.slice(0, 9), {
      count: 2,
      hours: 1,
    })
    expect(few.map((ids) => ids.length)).toEqual([9, 0])
  })
  it('without a share none is looked at, and nothing is said', async () => {
    const ended = await runs(settings({ share: 0, older: 50 }), () => ago(1, 9), { count: 1, hours: 1 })
    expect(ended).toEqual({ asked: [[]], notices: [] })
  })
  it('a document that is named otherwise is not asked for', async () => {
    const [id] = ago(1, 1) as [string]
    const { asked } = await runs(settings({}), () => [id, '12ab'], { count: 1, hours: 1 })
    expect(asked).toEqual([[id]])
  })
})
