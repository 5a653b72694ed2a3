import { describe, expect, it } from 'vitest'
import { snapshotAsOf } from '../../src/app/publish.js'
import type { Workspace } from '../../src/app/workspace.js'
import { admit, evaluate, type Judged } from '../../src/core/evaluate.js'
import { dayEnd } from '../../src/core/time.js'
import type { Document, Row } from '../../src/model/document.js'
import type { Registration } from '../../src/model/ports.js'
import { commit, post, randomNumbers, workspace } from '../helpers.js'

const AS_OF = '2026-11-23'
const DAY = '2022-07-18T00:00:00.000Z'
/** Global unicast that no guard names. */
const [VOUCHED, NEIGHBOUR] = ['31.1.2.3', '31.1.2.99']
const NETWORK = [VOUCHED, '31.1.2.4', '31.1.2.5']

const random = randomNumbers(7)
const letters = 'bcdfghjklmnpqrstvwxz'
const label = (length = 6): string =>
  Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('')
/** Registered domains spelt as one generator spells, in no era of the profile. */
const generated = (count: number): string[] => Array.from({ length: count }, () => `${label()}.top`)

const resolutions = (address: string): string =>
  `https://www.virustotal.com/gui/ip-address/${address}/relations`

let serial = 0
/** A section of the list that mixes families, or with another source of what that one lists. */
function section(values: (string | Row)[], told: Partial<Document> = {}): Document {
  const source = told.source ?? 'maltrail'
  return {
    ...post(''),
    id: `${source}:${++serial}`,
    kind: 'list',
    source,
    road: 'list',
    author: null,
    url: null,
    publishedAt: DAY,
    basis: 'stated',
    body: { rows: values.map((one) => (typeof one === 'string' ? { cells: [one] } : one)) },
    ...told,
  }
}
const vouched = (values: string[], told: Partial<Document> = {}): Document =>
  section(values, { source: 'sekoia', ...told })

async function judge(documents: Document[], here: Workspace = workspace()): Promise<Map<string, Judged>> {
  await commit(here, ...documents)
  const facts = admit(await here.store().facts(dayEnd(AS_OF)), here.policy, AS_OF)
  const judged = evaluate(facts, here.policy, AS_OF)
  return new Map([...judged.values()].map((one) => [one.observable.value, one]))
}

const verdicts = (judged: Map<string, Judged>, values: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) {
    const verdict = judged.get(value)?.verdict ?? 'unread'
    counts[verdict] = (counts[verdict] ?? 0) + 1
  }
  return counts
}
const why = (judged: Map<string, Judged>, value: string): string =>
  judged
    .get(value)!
    .reasons.map(({ detail }) => detail)
    .join('; ')

describe('a section on an address that somebody vouches for', () => {
  it('publishes what fits it, and says by which path', async () => {
    const names = generated(30)
    const judged = await judge([vouched([VOUCHED]), section(names, { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, names)).toEqual({ publish: 30 })
    expect(why(judged, names[0]!)).toContain(`stands on ${VOUCHED}, which SEKOIA reported on 2022-07-18`)
  })
  it('leaves waiting what is spelt otherwise, is popular, or looks like a word', async () => {
    const names = generated(60)
    const odd = ['sagawa-parcel.top', 'bbmgr.com', 'kitchen.top']
    const judged = await judge([
      vouched([VOUCHED]),
      section([...names, ...odd], { references: [resolutions(VOUCHED)] }),
    ])
    expect(verdicts(judged, names)).toEqual({ publish: 60 })
    for (const one of odd) expect(judged.get(one)?.verdict, one).not.toBe('publish')
  })
  it('is not vouched for by itself: neither by its own members nor by its reference alone', async () => {
    const names = generated(30)
    const judged = await judge([section([...names, VOUCHED], { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('waits whole where many of its names are popular, words, or begin alike', async () => {
    const popular = ['bblmw.com', 'bbmgr.com', 'bbmnd.com', 'bbpdz.com']
    const words = ['kitchen', 'garden', 'window', 'summer', 'winter', 'market', 'doctor', 'silver']
    for (const foreign of [popular, words.map((word) => `${word}.top`)]) {
      const names = generated(foreign === popular ? 30 : 10)
      const judged = await judge([
        vouched([VOUCHED]),
        section([...names, ...foreign], { references: [resolutions(VOUCHED)] }),
      ])
      expect(verdicts(judged, names)).toEqual({ quarantine: names.length })
    }
    const alike = Array.from({ length: 30 }, () => `qxzv${label(2)}.top`)
    const judged = await judge([vouched([VOUCHED]), section(alike, { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, alike)).toEqual({ quarantine: 30 })
  })
  it('waits where its reference is to a tag that names other malware too', async () => {
    const names = generated(30)
    const references = ['https://threatfox.abuse.ch/browse/malware/apk.xloader/', resolutions(VOUCHED)]
    const judged = await judge([vouched([VOUCHED]), section(names, { references })])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('long before or after that address lived, is not tied', async () => {
    for (const publishedAt of ['2021-05-01T00:00:00.000Z', '2023-10-01T00:00:00.000Z']) {
      const names = generated(30)
      const judged = await judge([
        vouched([VOUCHED]),
        section(names, { references: [resolutions(VOUCHED)], publishedAt }),
      ])
      expect(verdicts(judged, names), publishedAt).toEqual({ quarantine: 30 })
    }
  })
  it('of a cloud, or with more names of others on it, is not tied', async () => {
    const cloud = '3.112.0.9'
    const names = generated(30)
    const onCloud = await judge([vouched([cloud]), section(names, { references: [resolutions(cloud)] })])
    expect(verdicts(onCloud, names)).toEqual({ quarantine: 30 })
    const shared = Array.from({ length: 40 }, (_, n) => `shop-${n}.example-hosting.com`)
    const others = generated(30)
    const onShared = await judge([
      vouched([VOUCHED]),
      section(
        shared.map((name) => ({ cells: [name, VOUCHED], pairRule: 'row' as const })),
        { source: 'import' },
      ),
      section(others, { references: [resolutions(VOUCHED)] }),
    ])
    expect(verdicts(onShared, others)).toEqual({ quarantine: 30 })
  })
  it('falls with the only document that vouches for the address', async () => {
    const here = workspace()
    const names = generated(30)
    const anchor = vouched([VOUCHED])
    expect(
      verdicts(await judge([anchor, section(names, { references: [resolutions(VOUCHED)] })], here), names),
    ).toEqual({ publish: 30 })
    await here.store().withdrawDocuments([anchor.id], { at: DAY, reason: 'taken back' })
    expect(verdicts(await judge([], here), names)).toEqual({ quarantine: 30 })
  })
})

describe('a small network', () => {
  it('ties names where three of its addresses are vouched for, and its own address where a name on it is', async () => {
    const names = generated(30)
    const on = section([...names, NEIGHBOUR], { references: [resolutions(NEIGHBOUR)] })
    const judged = await judge([vouched(NETWORK), on])
    expect(verdicts(judged, names)).toEqual({ publish: 30 })
    expect(judged.get(NEIGHBOUR)?.verdict).toBe('watch')
    expect(why(judged, names[0]!)).toContain('31.1.2.0/24, of which 3 addresses')
    const more = await judge([vouched([...NETWORK, names[0]!]), on])
    expect(more.get(NEIGHBOUR)?.verdict).toBe('publish')
  })
  it('does not where two are, or where as many others stand in it', async () => {
    const names = generated(30)
    const few = await judge([
      vouched(NETWORK.slice(1)),
      section(names, { references: [resolutions(NEIGHBOUR)] }),
    ])
    expect(verdicts(few, names)).toEqual({ quarantine: 30 })
    const strangers = Array.from({ length: 4 }, (_, n) => `31.1.2.${200 + n}`)
    const others = generated(30)
    const mixed = await judge([
      vouched(NETWORK),
      section(strangers, { source: 'import' }),
      section(others, { references: [resolutions(NEIGHBOUR)] }),
    ])
    expect(verdicts(mixed, others)).toEqual({ quarantine: 30 })
  })
})

describe('a registered domain of the operator', () => {
  it('ties names below it, whoever reports them: a researcher publishes, a stranger is watched', async () => {
    const [domain] = generated(1)
    const at = { publishedAt: '2022-08-01T00:00:00.000Z' }
    const judged = await judge([
      vouched([domain!]),
      post(`one.${domain!.replace('.', '[.]')}`, { id: 'post:1', author: 'KesaGataMe0', ...at }),
      post(`two.${domain!.replace('.', '[.]')}`, { id: 'post:2', author: 'somebody', ...at }),
    ])
    expect(judged.get(`one.${domain}`)?.verdict).toBe('publish')
    expect(judged.get(`two.${domain}`)?.verdict).toBe('watch')
  })
  it('is none where it looks like a word: somebody’s site that was broken into', async () => {
    const judged = await judge([
      vouched(['gardening.top']),
      post('one.gardening[.]top', { id: 'post:1', author: 'KesaGataMe0', publishedAt: DAY }),
    ])
    expect(judged.get('one.gardening.top')?.verdict).toBe('unrelated')
  })
  it('carries a second hop and no third', async () => {
    const [first, second, third] = [generated(30), generated(30), generated(30)]
    const judged = await judge([
      vouched([VOUCHED]),
      section(first, { references: [resolutions(VOUCHED)] }),
      section([...first.slice(0, 6), ...second]),
      section([...second.slice(0, 6), ...third]),
    ])
    expect(verdicts(judged, first)).toEqual({ publish: 30 })
    expect(verdicts(judged, second)).toEqual({ publish: 30 })
    expect(verdicts(judged, third)).toEqual({ quarantine: 30 })
  })
  it('covers the names below it in a snapshot', async () => {
    const here = workspace()
    const [domain] = generated(1)
    await commit(here, vouched([domain!, `a.${domain}`, `b.${domain}`]))
    const { indicators } = (await snapshotAsOf(here, AS_OF)).snapshot
    expect(indicators.map(({ operated }) => operated)).toEqual([domain, domain, domain])
  })
})

it('a section beside a sample that somebody vouches for is tied, by its reference or by the hash in it', async () => {
  const hash = 'a1'.repeat(32)
  const names = generated(30)
  const shown = section(names, { references: [`https://www.virustotal.com/gui/file/${hash}/detection`] })
  const other = section(names, {
    references: [`https://www.virustotal.com/gui/file/${'b2'.repeat(32)}/detection`],
  })
  expect(verdicts(await judge([vouched([hash]), shown]), names)).toEqual({ publish: 30 })
  expect(verdicts(await judge([vouched([hash]), section([...names, hash])]), names)).toEqual({ publish: 30 })
  expect(verdicts(await judge([vouched([hash]), other]), names)).toEqual({ quarantine: 30 })
})

describe('a section that cites a researcher’s post', () => {
  const cited = (names: string[]) =>
    section(names, { references: ['https://twitter.com/NaomiSuzuki_/status/1543000000000000000'] })
  const naming = (name: string) =>
    post(name.replace('.', '[.]'), {
      id: 'post:1543000000000000000',
      author: 'NaomiSuzuki_',
      publishedAt: DAY,
    })
  it('is opened where that post names a part of it', async () => {
    const names = generated(30)
    const judged = await judge([cited(names), naming(names[3]!)])
    expect(verdicts(judged, names)).toEqual({ publish: 30 })
    expect(why(judged, names[0]!)).toContain('NaomiSuzuki_')
  })
  it('is not where it names none, or nobody has the post', async () => {
    const names = generated(30)
    expect(verdicts(await judge([cited(names), naming('other.top')]), names)).toEqual({ quarantine: 30 })
    expect(verdicts(await judge([cited(names)]), names)).toEqual({ quarantine: 30 })
  })
})

describe('what is told of a registration', () => {
  const ASKED = '2022-07-20T10:00:00.000Z'
  type Told = Partial<Registration> & { domain: string }
  async function told(documents: Document[], registrations: Told[]): Promise<Map<string, Judged>> {
    const here = workspace()
    const found = registrations.map((one) => ({
      source: 'tweetfeed',
      checkedAt: ASKED,
      retrievedAt: ASKED,
      registeredAt: null,
      registrar: null,
      nameServers: [],
      addresses: [],
      ...one,
    }))
    await here.store().commit('tweetfeed', null, [], { registrations: { found } })
    return judge(documents, here)
  }
  const say = (value: string, author: string, more: Partial<Document> = {}, words = '') =>
    post(`${words} ${value.replace('.', '[.]')}`, {
      id: `post:${++serial}`,
      author,
      publishedAt: '2022-08-01T00:00:00.000Z',
      ...more,
    })
  const verdict = (judged: Map<string, Judged>, value: string) => judged.get(value)?.verdict

  describe('on an address that somebody vouches for', () => {
    const on = (domain: string, more: Partial<Registration> = {}) => ({
      domain,
      addresses: ['31.9.9.9', VOUCHED],
      ...more,
    })

    it('ties the name: a researcher or a list of the campaign publishes, a stranger is watched', async () => {
      const [one, two, three] = generated(3) as [string, string, string]
      const judged = await told(
        [vouched([VOUCHED]), say(`www.${one}`, 'KesaGataMe0'), section([two]), say(three, 'somebody')],
        [on(one), on(two), on(three)],
      )
      const found = [`www.${one}`, two, three].map((value) => verdict(judged, value))
      expect(found).toEqual(['publish', 'publish', 'watch'])
      expect(why(judged, two)).toContain(
        `stood on ${VOUCHED} when TweetFeed asked on 2022-07-20, which SEKOIA reported on 2022-07-18`,
      )
      expect(judged.get(two)!.anchors).toEqual([`sekoia:${serial - 3}`])
    })
    it('does not when that address lived at another time, or is vouched for by the same post alone', async () => {
      const [one, two] = generated(2) as [string, string]
      const judged = await told(
        [
          vouched([NEIGHBOUR]),
          say(one, 'KesaGataMe0'),
          say(`${VOUCHED}:28866`, 'KesaGataMe0', { id: 'post:1' }),
          say(two, 'KesaGataMe0', { id: 'post:1' }),
        ],
        [on(one, { addresses: [NEIGHBOUR], checkedAt: '2023-10-01T00:00:00.000Z' }), on(two)],
      )
      expect(verdict(judged, VOUCHED)).toBe('publish')
      expect(verdict(judged, one)).toBe('unrelated')
      expect(verdict(judged, two)).toBe('unrelated')
    })
    it('does not where the post names it as the genuine one', async () => {
      const [name] = generated(1) as [string]
      const judged = await told(
        [vouched([VOUCHED]), post(`正規サイトは ${name} です`, { author: 'KesaGataMe0', publishedAt: DAY })],
        [on(name)],
      )
      expect(judged.get(name)?.observations).toMatchObject([{ role: 'reference' }])
      expect(verdict(judged, name)).toBe('unrelated')
    })
    it('does not by the word of a source that may not be published', async () => {
      const [name] = generated(1) as [string]
      const judged = await told(
        [vouched([VOUCHED]), say(name, 'KesaGataMe0')],
        [on(name, { source: 'configured-no-more' })],
      )
      expect(verdict(judged, name)).toBe('unrelated')
    })
    it('opens no more by one day’s commits of a list than its budget', async () => {
      const names = generated(400)
      const rows = names.map((name) => ({ cells: [name], listedAt: '2022-08-01T10:00:00.000Z' }))
      const judged = await told(
        [vouched([VOUCHED]), section(rows, { basis: 'list-date', publishedAt: '2022-12-01T00:00:00.000Z' })],
        names.map((name) => on(name)),
      )
      expect(verdicts(judged, names).publish).toBe(150)
    })
    it('counts once beside the address that the section itself names', async () => {
      const names = generated(30)
      const judged = await told(
        [vouched([VOUCHED]), section(names, { references: [resolutions(VOUCHED)] })],
        names.map((name) => on(name)),
      )
      const rules = judged.get(names[0]!)!.reasons.map(({ rule }) => rule)
      expect(rules.filter((rule) => rule === 'address')).toEqual(['address'])
    })
    it('ties nothing popular, nothing like a word, below no shared suffix, and nothing of a refused section', async () => {
      const held = generated(10)
      const words = ['kitchen', 'garden', 'window', 'summer', 'winter', 'market', 'doctor', 'silver']
      const names = ['bblmw.com', 'kitchen.top', 'qxzvkw.duckdns.org']
      const judged = await told(
        [
          vouched([VOUCHED]),
          ...names.map((name) => say(name, 'somebody')),
          section([...held, ...words.map((word) => `${word}.top`)]),
        ],
        [...names, ...held].map((name) => on(name)),
      )
      for (const name of [...names, ...held]) expect([name, why(judged, name)]).not.toContain('stood on')
      expect(names.map((name) => verdict(judged, name))).toEqual(['unrelated', 'quarantine', 'unrelated'])
      expect(verdicts(judged, held)).toEqual({ quarantine: 10 })
    })
  })

  describe('at the same moment as domains of the operator', () => {
    const [a, b] = generated(2) as [string, string]
    const at = (domain: string, time: string, registrar: string | null = 'NameSilo, LLC') => ({
      domain,
      registrar,
      registeredAt: `2022-07-17T${time}Z`,
    })
    const own = [at(a, '12:30:20.000'), at(b, '12:30:23.500')]

    it('ties the name: beside the word of a researcher it publishes, a stranger is watched', async () => {
      const [one, two] = generated(2) as [string, string]
      const judged = await told(
        [vouched([a, b]), say(one, 'KesaGataMe0'), say(two, 'somebody')],
        [...own, ...[one, two].map((name) => at(name, '12:30:25.000'))],
      )
      expect([one, two].map((name) => verdict(judged, name))).toEqual(['publish', 'watch'])
      expect(why(judged, two)).toContain(
        `was registered within 5 seconds of ${b} and ${a}, the operator's own`,
      )
    })
    it.each<[string, Told[]]>([
      ['one domain alone', [own[0]!]],
      ['domains of another registrar', [own[0]!, at(b, '12:30:23.500', 'Another')]],
      ['a registrar that is not told', [own[0]!, at(b, '12:30:23.500', null)]],
      ['domains too long before', [own[0]!, at(b, '12:30:18.999')]],
      ['one domain that was asked for twice', [own[0]!, { ...own[0]!, checkedAt: DAY }]],
    ])('does not beside %s', async (_, beside) => {
      const [name] = generated(1) as [string]
      const judged = await told(
        [vouched([a, b]), say(name, 'somebody')],
        [...beside, at(name, '12:30:24.000')],
      )
      expect(verdict(judged, name)).toBe('unrelated')
    })
    it('does not where the registrar or the time of day is not told', async () => {
      const names = generated(2) as [string, string]
      const judged = await told(
        [vouched([a, b]), ...names.map((name) => say(name, 'somebody'))],
        [
          ...[a, b, names[0]].map((domain) => at(domain, '15:00:00.000')),
          ...[a, b, names[1]].map((domain) => ({ ...at(domain, '12:30:20.000', null), checkedAt: DAY })),
        ],
      )
      expect(verdicts(judged, names)).toEqual({ unrelated: 2 })
    })
    it('does not by itself, though others vouch for it', async () => {
      const [name] = generated(1) as [string]
      const judged = await told(
        [vouched([a, name]), say(name, 'somebody')],
        [own[0]!, at(name, '12:30:20.000')],
      )
      expect(verdict(judged, name)).toBe('publish')
      expect(why(judged, name)).not.toContain('registered')
    })
    it('does not by what the same post alone shows, nor a popular name', async () => {
      const [c, d, name] = generated(3) as [string, string, string]
      const judged = await told(
        [
          say(`${c} #MoqHao ${d.replace('.', '[.]')}`, 'KesaGataMe0', { id: 'post:1' }),
          say(name, 'KesaGataMe0', { id: 'post:1' }),
          vouched([a, b]),
          say('bblmw.com', 'somebody'),
        ],
        [at(c, '09:10:00.000'), at(d, '09:10:00.000'), at(name, '09:10:00.000'), ...own].concat(
          at('bblmw.com', '12:30:24.000'),
        ),
      )
      expect([verdict(judged, c), verdict(judged, d)]).toEqual(['publish', 'publish'])
      expect(why(judged, name)).not.toContain('registered')
      expect(verdict(judged, 'bblmw.com')).toBe('unrelated')
    })
    it('carries one hop: what it published ties nothing further', async () => {
      const [c, d, e] = generated(3) as [string, string, string]
      const judged = await told(
        [vouched([a, b]), ...[c, d].map((name) => say(name, 'KesaGataMe0', {}, '不在通知'))].concat(
          [e, `x.${c}`].map((name) => say(name, 'somebody')),
        ),
        [...own, at(c, '12:30:25.000'), at(d, '12:30:25.000'), at(e, '12:30:29.000')],
      )
      expect(verdicts(judged, [c, d])).toEqual({ publish: 2 })
      expect(verdict(judged, e)).toBe('unrelated')
      expect(why(judged, `x.${c}`)).not.toContain('stands below')
    })
  })

  it('says the same in whichever order it comes', async () => {
    const names = generated(6)
    const documents = [
      vouched([VOUCHED, ...names.slice(0, 3)]),
      ...names.slice(3).map((name) => say(name, 'somebody')),
    ]
    const registrations = names.flatMap((domain, n) => [
      { domain, addresses: [VOUCHED], registrar: 'R', registeredAt: `2022-07-17T12:30:0${n}.000Z` },
      { domain, addresses: [VOUCHED], registrar: 'R', registeredAt: DAY, checkedAt: DAY },
    ])
    const all = (judged: Map<string, Judged>) =>
      names.map((name) => [judged.get(name)!.reasons, judged.get(name)!.anchors])
    const one = all(await told(documents, registrations))
    expect(JSON.stringify(one)).toContain('seconds of')
    expect(all(await told(documents.toReversed(), registrations.toReversed()))).toEqual(one)
  })
})

describe('whoever may write into a list', () => {
  const cites = (id: number) =>
    `https://twitter.com/KesaGataMe0/status/${1_543_000_000_000_000_000n + BigInt(id)}`
  /** As a collector reads it: a short section that cites one post is credited to its author. */
  const credited = (id: number, values: string[], told: Partial<Document> = {}) =>
    section(values, { author: 'KesaGataMe0', basis: 'post-id', references: [cites(id)], ...told })

  it('does not vouch for what they write by a made-up citation', async () => {
    const names = generated(30)
    const judged = await judge([
      credited(1, [`${VOUCHED}:28855`]),
      section(names, { references: [resolutions(VOUCHED)] }),
    ])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('publishes no popular name, and puts none on the watch list', async () => {
    const popular = ['bblmw.com', 'bbmgr.com', 'bbmnd.com', 'bbpdz.com']
    const judged = await judge(popular.map((name, n) => credited(n, [name])))
    expect(verdicts(judged, popular)).toEqual({ quarantine: 4 })
  })
  it('opens no more by many short sections than by a long one', async () => {
    const names = Array.from({ length: 190 }, () => `${label(5)}.com`)
    const rows = names.map((name) => ({ cells: [name], listedAt: '2022-08-01T10:00:00.000Z' }))
    const judged = await judge(rows.map((row, n) => credited(n, [], { body: { rows: [row] } })))
    expect(verdicts(judged, names).publish).toBe(150)
  })
  it('cannot date a line before its commit, to bring a dead address back', async () => {
    const names = generated(30)
    const rows = names.map((name) => ({ cells: [name], listedAt: '2026-11-20T10:00:00.000Z' }))
    const judged = await judge([
      vouched([VOUCHED]),
      section([], {
        references: [resolutions(VOUCHED)],
        publishedAt: '2022-08-01T00:00:00.000Z',
        basis: 'stated',
        body: { rows },
      }),
    ])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
  })
  it('is not helped by a hyphen or a digit: these do not make a word random', async () => {
    const shops = Array.from({ length: 20 }, (_, n) => [
      `kita-dental${label(2)}.com`,
      `hotel${n}h.com`,
    ]).flat()
    const judged = await judge([vouched([VOUCHED]), section(shops, { references: [resolutions(VOUCHED)] })])
    expect(verdicts(judged, shops).publish).toBe(undefined)
  })
  it('prolongs no network by an undated line, nor by an address that is denied', async () => {
    const names = generated(30)
    const late = { references: [resolutions(NEIGHBOUR)], publishedAt: '2023-10-01T00:00:00.000Z' }
    const port = ['31.1.2.77:28855']
    const undated = { basis: 'list-date' as const, publishedAt: '2023-09-01T00:00:00.000Z' }
    const judged = await judge([vouched(NETWORK), section(port, undated), section(names, late)])
    expect(verdicts(judged, names)).toEqual({ quarantine: 30 })
    const dated = { publishedAt: '2023-06-01T00:00:00.000Z' }
    const seen = await judge([vouched(NETWORK), section(port, dated), section(names, late)])
    // One or the other of those drawn at random looks like a word.
    expect(verdicts(seen, names).publish).toBeGreaterThan(25)
  })
})

it('one day of commits opens no more than its budget; the rest is watched', async () => {
  const names = generated(400)
  const judged = await judge([
    vouched([VOUCHED]),
    section(
      names.map((name) => ({ cells: [name], listedAt: '2022-08-01T10:00:00.000Z' })),
      { references: [resolutions(VOUCHED)], basis: 'list-date', publishedAt: '2022-12-01T00:00:00.000Z' },
    ),
  ])
  const counts = verdicts(judged, names)
  expect(counts.publish).toBe(150)
  // Of four hundred drawn at random one or the other looks like a word.
  expect(counts.watch).toBeGreaterThan(240)
})

describe('life', () => {
  it('a name lives as long as the address it was reported on, in that period of it', async () => {
    const here = workspace()
    const at = (day: string) => ({ publishedAt: `${day}T00:00:00.000Z` })
    const say = (id: number, name: string, day: string) =>
      post(`#MoqHao ${name}[.]top → 31.1.2[.]3`, { id: `post:${id}`, author: 'ninoseki', ...at(day) })
    await commit(
      here,
      say(1, 'qwrtp', '2026-01-01'),
      say(2, 'zxcvb', '2026-10-10'),
      say(3, 'plmkn', '2026-11-15'),
    )
    const { indicators } = (await snapshotAsOf(here, AS_OF)).snapshot
    expect(indicators.filter(({ status }) => status === 'active').map(({ value }) => value)).toEqual([
      '31.1.2.3',
      'plmkn.top',
      'zxcvb.top',
    ])
  })
})
