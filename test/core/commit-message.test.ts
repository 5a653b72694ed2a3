import { describe, expect, it } from 'vitest'
import type { Came, Change, Went } from '../../src/core/change.js'
import { commitMessage, type Told } from '../../src/core/commit-message.js'
import { code, linkable, sentence } from '../../src/core/markdown.js'
import { HOSTILE } from './hostile.js'

const came = (told: Partial<Came> = {}): Came => ({
  type: 'domain-name',
  value: 'a.duckdns.org',
  how: 'new',
  reporters: ['ninoseki'],
  links: ['https://x.com/ninoseki/status/1439663629909979140'],
  confirmedBy: null,
  ...told,
})
const went = (told: Partial<Went> = {}): Went => ({
  type: 'domain-name',
  value: 'b.com',
  how: 'delisted',
  why: 'a shop',
  ...told,
})
const change = (told: { came?: Came[]; went?: Went[] } & Partial<Change> = {}): Change => ({
  lists: [{ group: 'domains', came: told.came ?? [], went: told.went ?? [] }],
  history: 0,
  evidence: 0,
  quarantine: { waiting: 7, came: 0, went: 0 },
  ...told,
})
const told = (more: Partial<Told> = {}): Told => ({
  version: 12,
  decisions: 0,
  sources: [{ name: 'maltrail', state: 'ok', message: null, alarm: null }],
  held: null,
  more: 'https://github.com/o/r/commits/main/feeds',
  ...more,
})

/** Outside of code spans and links, which are taken out first. */
const bare = (message: string): string =>
  message.replace(/`[^`\n]*`/g, '').replace(/\]\(https:\/\/(?:x|github)\.com\/[^\s()]+\)/g, ']')

describe('the message', () => {
  it('reads as a person would write it', () => {
    const message = commitMessage(
      change({
        lists: [
          { group: 'ips', came: [came({ type: 'ipv4-addr', value: '31.1.2.3', how: 'revived' })], went: [] },
          {
            group: 'domains',
            came: [came({ links: ['https://evil.example/'], confirmedBy: '@maintainer' })],
            went: [went(), went({ value: 'c.com', how: 'expired', why: '2026-10-01T08:00:00.000Z' })],
          },
        ],
        evidence: 4,
        history: 2,
        quarantine: { waiting: 7, came: 3, went: 1 },
      }),
      told({
        decisions: 1,
        held: 'urls held 50 and would lose 40',
        sources: [
          { name: 'maltrail', state: 'ok', message: null, alarm: null },
          { name: 'jpcert', state: 'failed', message: '503 from api.github.com', alarm: null },
        ],
      }),
    )
    expect(message).toBe(`feed: +1 ips, +1 −2 domains

| | value | why |
| --- | --- | --- |
| + ip | \`31[.]1[.]2[.]3\` | [revived](https://x.com/ninoseki/status/1439663629909979140), \`ninoseki\` |
| + domain | \`a[.]duckdns[.]org\` | new, \`ninoseki\`, confirmed by \`＠maintainer\` |
| − domain | \`b[.]com\` | delisted: \`a shop\` |
| − domain | \`c[.]com\` | expired, last sign 2026-10-01 |

Came to the history only: 2. Reports of what was known: 4. Decisions: 1. In quarantine: 7 (+3 −1).

**Held, waits for a person:** \`urls held 50 and would lose 40\`

Sources: 1 ok, 0 skipped, 1 failed.
- \`jpcert\`: \`503 from api[.]github[.]com\`
`)
  })

  it.each<[Change, Partial<Told>, string]>([
    [change({ history: 3, evidence: 1 }), {}, 'feed: +3 in the history, +1 report'],
    [change({ evidence: 2 }), {}, 'feed: +2 reports'],
    [change({ quarantine: { waiting: 5, came: 2, went: 1 } }), {}, 'feed: +2 −1 in quarantine'],
    [change(), { decisions: 1 }, 'feed: +1 decision'],
    [change(), {}, 'feed: publication 12'],
    [change(), { version: null }, 'feed: configuration'],
  ])('says in its subject what changed besides the lists', (changed, more, expected) => {
    expect(commitMessage(changed, told(more)).split('\n')[0]).toBe(expected)
  })

  it('holds twenty rows, then a link', () => {
    const many = Array.from({ length: 33 }, (_, n) => came({ value: `a${n}.com` }))
    const message = commitMessage(change({ came: many }), told())
    expect(message.match(/^\| \+ domain/gm)).toHaveLength(20)
    expect(message).toContain('\nAnd 13 more: https://github.com/o/r/commits/main/feeds\n')
  })
})

describe.each(HOSTILE)('%j', (hostile) => {
  const message = commitMessage(
    change({
      came: [came({ value: hostile, reporters: [hostile], links: [hostile], confirmedBy: hostile })],
      went: [went({ value: hostile, why: hostile }), went({ how: 'quarantined', why: hostile })],
    }),
    told({
      held: hostile,
      sources: [{ name: hostile, state: 'failed', message: hostile, alarm: hostile }],
    }),
  )

  it('changes neither the lines nor the columns of the message', () => {
    expect(message.split('\n')).toHaveLength(15)
    for (const row of message.split('\n').filter((line) => line.startsWith('|')))
      expect(row.match(/\|/g)).toHaveLength(4)
  })

  it('stands in code spans only, and even there is nothing that GitHub acts upon', () => {
    expect(bare(message).replace(/^feed: .*|\*\*Held.*?\*\*/gm, '')).not.toMatch(
      /[@#<>`$\\!]|http|evil|ci\]/i,
    )
    expect(message).not.toMatch(/@|#\d|\bGH-\d|\[(?:skip|no) (?:ci|actions)\]|\[(?:ci|actions) skip\]/i)
    expect(message).not.toMatch(/[\p{Cf}\p{Cs}\u2028]/u)
    expect(message.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(message).not.toMatch(/^[\w-]+: .*@/m)
  })
})

describe('links', () => {
  it.each([
    [
      'https://x.com/ninoseki/status/1439663629909979140',
      'https://x.com/ninoseki/status/1439663629909979140',
    ],
    [
      'https://twitter.com/ninoseki/status/1439663629909979140?s=20',
      'https://x.com/ninoseki/status/1439663629909979140',
    ],
    ['https://github.com/o/r/blob/main/a%20(1).csv', 'https://github.com/o/r/blob/main/a%20%281%29.csv'],
    ['https://github.com/o/r/issues/1', null],
    ['https://github.com/o/r/blob/main/a#L1', null],
    ['https://github.com.evil.example/o/r/blob/main/a', null],
    ['https://x.com.evil.example/a/status/1439663629909979140', null],
    ['javascript:alert(1)', null],
    ['https://github.com/o/r/blob/main/a)[x](https://evil.example', null],
    ['https://github.com/o/r/blob/main/a\nb', null],
  ])('%s', (url, expected) => {
    expect(linkable(url)).toBe(expected)
  })
})

it('cuts what is long, and defangs a sentence without spoiling its full stop', () => {
  expect([...code('x'.repeat(500))]).toHaveLength(82)
  expect(sentence('see evil.example. Then 1.2.3.4')).toBe('`see evil[.]example. Then 1[.]2[.]3[.]4`')
})
