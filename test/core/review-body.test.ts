import { describe, expect, it } from 'vitest'
import { objectId } from '../../src/core/ids.js'
import {
  type ReviewUnit,
  type ReviewValue,
  reviewBody,
  type Ticks,
  ticksOf,
  whoTicked,
} from '../../src/core/review-body.js'
import { NAMESPACE } from '../helpers.js'
import { HOSTILE } from './hostile.js'

let values = 0
const value = (told: Partial<ReviewValue> = {}): ReviewValue => ({
  id: objectId(NAMESPACE, 'indicator', String(++values)),
  type: 'domain-name',
  value: 'a[.]com',
  confidence: 50,
  why: 'a word',
  isNew: false,
  ...told,
})
const unit = (told: Partial<ReviewUnit> = {}): ReviewUnit => {
  const waiting = told.values ?? [value()]
  const document = told.document ?? 'maltrail:1'
  return {
    id: objectId(NAMESPACE, 'document', document),
    document,
    reporter: 'stranger',
    reportedAt: '2026-11-01T00:00:00.000Z',
    links: [],
    count: waiting.length,
    ...told,
    values: waiting,
  }
}
const bodyOf = (units: ReviewUnit[], told: { ticks?: Ticks; brakes?: string[]; fresh?: number } = {}) =>
  reviewBody({
    brakes: told.brakes ?? [],
    isForced: true,
    units,
    counts: {
      total: units.reduce((sum, { count }) => sum + count, 0),
      fresh: told.fresh ?? 0,
      since: '2026-11-23',
    },
    ticks: told.ticks ?? new Map(),
  })

describe('the body', () => {
  it('says both numbers, and what is new first under its own heading', () => {
    const body = bodyOf(
      [unit({ document: 'post:7', values: [value({ isNew: true })] }), unit({ document: 'maltrail:2' })],
      { fresh: 1 },
    )
    expect(body).toMatch(/^## 2 wait for review, 1 new since 2026-11-23\n/)
    const [fresh, before] = [body.indexOf('### New\n'), body.indexOf('### Waiting since before\n')]
    expect(fresh).toBeGreaterThan(0)
    expect(before).toBeGreaterThan(fresh)
    expect(body.slice(fresh, before)).toContain('publish this post <!-- document--')
    expect(body.slice(before)).toContain('withdraw this section <!-- document--')
    expect(body.match(/^- \[ \]/gm)).toHaveLength(8)
  })

  it('holds every link of a document: to posts and files as a link, any other defanged', () => {
    const links = [
      'https://x.com/ninoseki/status/1439663629909979140',
      'https://github.com/stamparm/maltrail/blob/master/a.txt',
      'https://blog.example/moqhao',
    ]
    const body = bodyOf([unit({ links })])
    expect(body).toContain(
      '[evidence](https://x.com/ninoseki/status/1439663629909979140), [evidence](https://github.com/stamparm/maltrail/blob/master/a.txt), `hxxps://blog[.]example/moqhao`',
    )
    expect(bodyOf([unit()])).toContain(': no link\n')
  })

  it('shows what there is room for, and says how many that is', () => {
    const many = Array.from({ length: 500 }, (_, n) =>
      unit({ document: `maltrail:${n}`, values: [value({ why: 'x'.repeat(500) })] }),
    )
    const body = bodyOf(many)
    expect(body.length).toBeLessThan(65_536)
    const shown = body.match(/publish this section/g)!.length
    expect(shown).toBeGreaterThan(50)
    expect(body).toContain(`## 500 wait for review, 0 new since 2026-11-23; ${shown} shown`)
  })

  it('of a document with hundreds of values shows twenty, and boxes for all of it', () => {
    const body = bodyOf([unit({ values: Array.from({ length: 300 }, () => value()) })])
    expect(body.match(/^- \[ \] deny/gm)).toHaveLength(20)
    expect(body).toContain('And 280 more of this section wait')
    expect(body.match(/^- \[ \] publish this section/gm)).toHaveLength(1)
  })
})

describe('ticks', () => {
  it('survive an update until they are carried out, and CR LF', () => {
    const one = unit()
    const ticked = bodyOf([one])
      .replace('- [ ] deny', '- [x] deny')
      .replace('- [ ] publish this section', '- [X] publish this section')
      .replaceAll('\n', '\r\n')
    const ticks = new Map([
      [one.id, new Set(['publish'])],
      [one.values[0]!.id, new Set(['deny'])],
    ])
    expect(ticksOf(ticked)).toEqual(ticks)
    expect(ticksOf(bodyOf([one], { ticks: ticksOf(ticked) }))).toEqual(ticks)
  })

  it('of a kind that a subject has not, or with anything else in the line, count for nothing', () => {
    const {
      id,
      values: [one],
    } = unit()
    const lines = [
      `- [x] deny this section <!-- ${id} -->`,
      `- [x] deny <!-- ${id} -->`,
      `- [x] withdraw <!-- ${one!.id} -->`,
      `- [x] publish this section <!-- ${one!.id} -->`,
      `> - [x] publish <!-- ${one!.id} -->`,
      `- [x] publish <!-- ${one!.id} --> -->`,
      `- [x] publish <!-- ${one!.id}0 -->`,
    ]
    expect(ticksOf(lines.join('\n'))).toEqual(new Map())
  })

  it('are by whoever edited the body since which they stand, and by nobody where that was a program', () => {
    const one = unit()
    const body = bodyOf([one])
    const { id } = one.values[0]!
    const published = body.replace('- [ ] publish <!--', '- [x] publish <!--')
    const withdrawn = published.replace('- [ ] withdraw', '- [x] withdraw')
    const who = whoTicked([
      { editor: 'eve', body: published },
      { editor: null, body },
      { editor: 'alice', body: published },
      { editor: null, body: published },
      { editor: 'bob', body: withdrawn },
    ])
    expect([who(id, 'publish'), who(one.id, 'withdraw'), who(id, 'deny')]).toEqual(['alice', 'bob', null])
    expect(whoTicked([])(id, 'publish')).toBe(null)
    expect(whoTicked([{ editor: null, body: published }])(id, 'publish')).toBe(null)
  })
})

describe.each(HOSTILE)('%j', (hostile) => {
  it('ticks no box, and adds none', () => {
    const body = bodyOf(
      [
        unit({
          document: hostile,
          reporter: hostile,
          links: [hostile],
          values: [value({ type: 'url', value: hostile, why: hostile })],
        }),
      ],
      { brakes: [hostile] },
    )
    expect(ticksOf(body)).toEqual(new Map())
    expect(body.match(/^- \[.\]/gm)).toHaveLength(4)
    expect(body).not.toMatch(/@everyone|#1\b/)
    expect(
      body.replace(/`[^`\n]*`/g, '').replace(/<!-- (?:indicator|document)--[0-9a-f-]{36} -->/g, ''),
    ).not.toMatch(/<|evil|http/)
  })
})
