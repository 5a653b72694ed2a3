import { describe, expect, it } from 'vitest'
import { changeBetween } from '../../src/core/change.js'
import { decidedOn } from '../../src/core/decided.js'
import type { PublishedIndicator, PublishedState } from '../../src/model/published.js'

const indicator = (value: string, told: Partial<PublishedIndicator> = {}): PublishedIndicator => ({
  type: 'domain-name',
  value,
  status: 'active',
  last_reported: '2026-11-01T00:00:00.000Z',
  last_seen: null,
  evidence: [{ document: 'post:1', reporter: 'ninoseki', url: 'https://x.com/ninoseki/status/10000' }],
  ...told,
})
const state = (told: Partial<PublishedState> = {}): PublishedState => ({
  indicators: [],
  quarantine: [],
  delisted: [],
  ...told,
})
const evidence = (document: string, reporter: string) => ({ document, reporter, url: null })
const waiting = { type: 'domain-name' as const, value_defanged: 'a[.]com' }

const lists = (before: PublishedState, after: PublishedState) =>
  changeBetween(before, after).lists.flatMap(({ group, came, went }) => [
    ...came.map(({ value, how, reporters }) => [group, '+', value, how, reporters.join()]),
    ...went.map(({ value, how, why }) => [group, '−', value, how, why]),
  ])

describe('what a publication changed', () => {
  it.each<[string, PublishedState, PublishedState, string[][]]>([
    [
      'new, in the list of its type',
      state(),
      state({
        indicators: [
          indicator('a.com'),
          indicator('31.1.2.3', { type: 'ipv4-addr' }),
          indicator('e3b0', { type: 'file' }),
        ],
      }),
      [
        ['ips', '+', '31.1.2.3', 'new', 'ninoseki'],
        ['domains', '+', 'a.com', 'new', 'ninoseki'],
        ['files', '+', 'e3b0', 'new', 'ninoseki'],
      ],
    ],
    [
      'revived, by who reported it since',
      state({ indicators: [indicator('a.com', { status: 'expired' })] }),
      state({
        indicators: [
          indicator('a.com', {
            evidence: [evidence('post:1', 'ninoseki'), evidence('post:2', 'papa_anniekey')],
          }),
        ],
      }),
      [['domains', '+', 'a.com', 'revived', 'papa_anniekey']],
    ],
    [
      'expired, with the last sign of it',
      state({ indicators: [indicator('a.com')] }),
      state({
        indicators: [indicator('a.com', { status: 'expired', last_seen: '2026-11-03T00:00:00.000Z' })],
      }),
      [['domains', '−', 'a.com', 'expired', '2026-11-03T00:00:00.000Z']],
    ],
    [
      'delisted, with the reason',
      state({ indicators: [indicator('a.com')] }),
      state({
        delisted: [{ type: 'domain-name', value: 'a.com', decision: 'deny', reason: 'a shop' }],
      }),
      [['domains', '−', 'a.com', 'delisted', 'a shop']],
    ],
    [
      'back to quarantine, though it stands among the delisted too',
      state({ indicators: [indicator('a.com')] }),
      state({
        quarantine: [waiting],
        delisted: [{ type: 'domain-name', value: 'a.com', decision: 'withdraw', reason: 'one sign less' }],
      }),
      [['domains', '−', 'a.com', 'quarantined', 'one sign less']],
    ],
    [
      'nothing, where only the history grew',
      state(),
      state({ indicators: [indicator('a.com', { status: 'expired' })] }),
      [],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(lists(before, after)).toEqual(expected)
  })

  it.each([
    ['the value', 'domain-name', 'a.com', 'confirm', 'alice'],
    ['a document that reports it', 'document', 'post:1', 'confirm', 'alice'],
    ['another document', 'document', 'post:2', 'confirm', null],
    ['the value, otherwise', 'domain-name', 'a.com', 'deny', null],
  ] as const)('names who confirmed %s', (_, type, value, decision, expected) => {
    const decided = decidedOn(
      [{ type, value, decision, reason: 'r', by: 'alice', date: '2026-11-01', until: '' }],
      '2026-11-02',
    )
    const { lists: changed } = changeBetween(state(), state({ indicators: [indicator('a.com')] }), decided)
    expect(changed.flatMap(({ came }) => came).map(({ confirmedBy }) => confirmedBy)).toEqual([expected])
  })

  it('counts what came to the history, further reports by document, and the quarantine', () => {
    const two = [evidence('post:1', 'ninoseki'), evidence('post:2', 'ninoseki')]
    const {
      history,
      evidence: further,
      quarantine,
    } = changeBetween(
      state({
        indicators: [indicator('a.com'), indicator('b.com')],
        quarantine: [{ type: 'domain-name', value_defanged: 'gone[.]com' }],
      }),
      state({
        indicators: [
          indicator('a.com', { evidence: two }),
          indicator('b.com', { evidence: two }),
          indicator('old.com', { status: 'expired' }),
        ],
        quarantine: [waiting, { type: 'domain-name', value_defanged: 'c[.]com' }],
      }),
    )
    expect({ history, further, quarantine }).toEqual({
      history: 1,
      further: 1,
      quarantine: { waiting: 2, came: 2, went: 1 },
    })
  })
})
