import type { ConsumerFormat } from '../../model/consumer.js'
import { lineGrammar, refuse } from '../grammar.js'

/** Gravity looks a name up with all its parents: one below another does no harm. */
export const piHole: ConsumerFormat[] = [
  {
    name: 'pi-hole',
    path: 'dns/pi-hole.txt',
    mediaType: 'text/plain; charset=utf-8',
    consumer: 'Pi-hole subscribed list (releases since 2023), names and all below them',
    reference: 'https://github.com/pi-hole/FTL/blob/master/src/tools/gravity-parseList.c',
    maxEntries: null,
    whenEmpty: 'an empty file; gravity adds no domain',
    checkedBy: null,
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    write: (listed) => listed.map(({ value }) => `||${value}^`),
    grammar: lineGrammar((line) => {
      const rule = line.replace(/\.$/, '')
      if (!rule.startsWith('|')) return gravityDomain(rule, { isExact: true })
      const [, name] = /^\|\|(.*)\^$/.exec(rule) ?? []
      return name === undefined ? refuse('not `||name^`') : `||${gravityDomain(name, { isExact: false })}^`
    }),
  },
]

/** FTL's `valid_domain`, which is wider than a host name; an address passes it where its last part has two digits. */
function gravityDomain(name: string, { isExact }: { isExact: boolean }): string {
  const labels = name.split('.')
  const top = labels.at(-1)!
  if (name.length > 255 || !/^[a-z0-9._-]+$/.test(name))
    refuse(`${name || 'an empty line'} is no domain to FTL`)
  if (labels.some((label) => label === '' || label.length > 63))
    refuse(`${name} has a label FTL does not take`)
  if (isExact && labels.length < 2) refuse(`${name} has one label`)
  if (top.length < 2 || /^-|-$/.test(top)) refuse(`${name} has no top-level domain to FTL`)
  if (/^[\d.]+$/.test(name)) refuse(`${name} is an IP address, and gravity takes names`)
  return name
}
