import type { ConsumerFormat } from '../../model/consumer.js'
import { hostName, lineGrammar, refuse } from '../grammar.js'

/** A name below another is a zone of its own and does no harm; so a line comes or goes with its own name only. */
export const unbound: ConsumerFormat[] = [
  {
    name: 'unbound-names',
    path: 'dns/unbound-names.conf',
    mediaType: 'text/plain; charset=utf-8',
    consumer: 'Unbound `include`, names and all below them',
    reference: 'https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html',
    maxEntries: null,
    whenEmpty: '`server:` alone; it sets nothing',
    checkedBy: 'unbound-checkconf',
    coversBelow: true,
    takes: ({ type }) => type === 'domain-name',
    // The clause makes it fit for unbound.conf.d, where each file stands for itself, and may be repeated elsewhere.
    write: (listed) => ['server:', ...listed.map(({ value }) => `local-zone: "${value}." always_nxdomain`)],
    grammar: () => {
      let isInClause = false
      const zones = lineGrammar((line) => {
        const [, name, action] = /^\s*local-zone:\s+"?([^\s"]+)"?\s+(\S+)$/.exec(line) ?? []
        if (name === undefined) return refuse('not `local-zone: "name." always_nxdomain`')
        if (!/^(?:always_(?:nxdomain|null|refuse|deny)|refuse|deny|static)$/.test(action!))
          refuse(`${action} does not block`)
        return hostName(name.replace(/\.$/, ''))
      })()
      return {
        line(text) {
          if (/^\s*(?:#|$)/.test(text)) return null
          if (/^\s*server:\s*$/.test(text)) {
            isInClause = true
            return null
          }
          return isInClause ? zones.line(text) : 'outside of `server:`'
        },
        end: () => (isInClause ? null : 'no `server:`'),
      }
    },
  },
]
