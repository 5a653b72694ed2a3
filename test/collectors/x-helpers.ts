import nock from 'nock'
import { xPosts } from '../../src/collectors/x-posts.js'
import type { Batch, CollectContext } from '../../src/model/ports.js'
import { collectContext, NOW } from '../helpers.js'

export const config = (told: object = {}) =>
  xPosts.config.parse({
    type: 'x-posts',
    name: 'x',
    title: 'X',
    reporter: 'X',
    licence: 'x',
    users: [{ handle: 'ninoseki', user_id: '42' }],
    ...told,
  })

/** How far timelines have been read, all looked at just now. */
export const cursorOf = (timelines: object, checkedAt = NOW) =>
  JSON.stringify({ timelines, checkedAt, check: { at: checkedAt, day: NOW.slice(0, 10), reads: 0 } })

export const collecting = (settings = config(), told: Partial<CollectContext> = {}): AsyncIterable<Batch> =>
  xPosts.collect(
    settings,
    collectContext({
      env: (name) => ({ X_BEARER_TOKEN: 'canary-token', MOQHAO_RETRIES: '0' })[name],
      cursor: cursorOf({}),
      ...told,
    }),
  )

export async function batches(...told: Parameters<typeof collecting>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of collecting(...told)) all.push(batch)
  return all
}

export const api = () => nock('https://api.x.com', { reqheaders: { authorization: 'Bearer canary-token' } })
