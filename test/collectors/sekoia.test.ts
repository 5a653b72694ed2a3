import { expect, it, test } from 'vitest'
import { guessFormat } from '../../src/collectors/formats/index.js'
import { sekoia } from '../../src/collectors/formats/sekoia.js'
import { read } from '../../src/core/read.js'
import { parse, profile } from '../helpers.js'

const LIST = [
  'type,ioc,comment',
  'ip,198.51.100[.]106,Android payload server',
  'ip,198.51.100[.]7,MoqHao C2 server',
  'domain,coqrf.xpddg[.]com,Domain contained in SMS',
  'url,hxxps://imgur[.]com/user/shaoye99/about,"Imgur profile, a dead drop"',
  'sha1,293165e4734e4a7dfcac8887034526a0733eeefd,MoqHao C2 server',
  'mutex,Global\\x,MoqHao C2 server',
  '',
].join('\r\n')

it('rows of one comment are one document that bears it as its tag', async () => {
  const documents = await parse(sekoia, LIST)
  expect(documents.map(({ tags, body }) => [...tags, (body as { rows: unknown[] }).rows.length])).toEqual([
    ['Android payload server', 1],
    ['MoqHao C2 server', 3],
    ['Domain contained in SMS', 1],
    ['Imgur profile, a dead drop', 1],
  ])
  expect(new Set(documents.map(({ id }) => id)).size).toBe(4)
})

it('values are read refanged; a value that is none is counted as unread', async () => {
  const readings = (await parse(sekoia, LIST)).map((document) => read(document, profile))
  expect(
    readings.flatMap(({ observations }) => observations.map(({ value, role }) => [value, role])),
  ).toEqual([
    ['198.51.100.106', 'landing'],
    ['198.51.100.7', 'landing'],
    ['293165e4734e4a7dfcac8887034526a0733eeefd', 'payload'],
    ['coqrf.xpddg.com', 'landing'],
    ['https://imgur.com/user/shaoye99/about', 'dead-drop'],
    ['imgur.com', 'dead-drop'],
  ])
  expect(readings.map(({ unread }) => unread)).toEqual([0, 1, 0, 0])
  expect(readings.map(({ signals }) => signals.includes('term:moqhao'))).toEqual([false, true, false, false])
})

test.each([
  [
    'type,value,comment\nip,1.2.3.4,x\n',
    'list:1: column "ioc" is missing; the header has "type", "value", "comment"',
  ],
  ['type,ioc\nip,1.2.3.4\n', 'list:1: column "comment" is missing'],
  ['type,ioc,comment\nip,1.2.3.4\n', 'list:2: 2 columns where the header has 3'],
  ['type,ioc,comment\nip,"1.2.3.4\n', 'not CSV'],
])('%j is refused with file, line and column', async (text, message) => {
  await expect(parse(sekoia, text)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining(message),
  })
})

it('is told from its header', () => {
  expect(guessFormat(LIST)).toBe('sekoia')
})
