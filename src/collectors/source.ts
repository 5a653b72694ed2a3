import { z } from 'zod'
import { FeedError, quote } from '../errors.js'
import type { CollectContext } from '../model/ports.js'

/** A text of one line: it stands in comments, cells and rules of many grammars. */
export const line = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'one line, without control characters')

/** What every source's entry in feed.config.json says of the source itself; a collector adds its own fields. */
export const sourceFields = {
  name: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
  title: line.min(1).describe('What it is, for people'),
  url: line.default('').describe('Where a person finds it'),
  reporter: line.min(1).describe('Who speaks when a document names no author'),
  campaign: z.boolean().default(false).describe('The list is about this campaign by its own title'),
  trust: z.number().min(0).max(100).default(0).describe("Weight of a campaign list's word"),
  licence: line.min(1),
  redistribute: z.boolean().default(true).describe('Whether anything of it may be published'),
  cumulative: z
    .boolean()
    .default(false)
    .describe('The list names all that its owner stands by: a line that is no longer in it is withdrawn'),
  keep: z
    .enum(['all', 'relevant'])
    .default('all')
    .describe(
      'Whether all that is collected is stored, or `relevant` documents only: by somebody of `reporters`, or with a sign of the campaign',
    ),
  enabled: z.boolean().default(true),
}

/** A file of a list, and how to read it. */
export const listFields = {
  format: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
}

export const instant = z.iso.datetime({ precision: 3, error: 'a time as 2021-07-01T00:00:00.000Z' })

const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]']

/**
 * The base address of a service.
 * @param hasSecret whether a token goes along: then `http:` is for this machine only
 * @throws {FeedError} `config`
 */
function checkedUrl(name: string, text: string, hasSecret: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new FeedError('config', `${name}: no http(s) address: ${quote(text)}`)
  if (hasSecret && url.protocol === 'http:' && !THIS_MACHINE.includes(url.hostname))
    throw new FeedError(
      'config',
      `${name} ${url.origin}: a token goes in clear over http: only to this machine; use https:`,
    )
  return url
}

/**
 * The base address of a service that can be reached, without a slash at its end.
 * @throws {FeedError} `skipped` where there is no network to it, `config` for a wrong address
 */
export async function reachableUrl(
  context: CollectContext,
  name: string,
  standard: string,
  hasSecret: boolean,
): Promise<string> {
  const url = checkedUrl(name, context.env(name) ?? standard, hasSecret)
  const why = await context.unreachable(url.href)
  if (why) throw new FeedError('skipped', `needs the network: ${url.host} cannot be reached (${why})`)
  return url.href.replace(/\/+$/, '')
}
