import { z } from 'zod'
import { collectors, SourceEntry } from './collectors/index.js'
import { line } from './collectors/source.js'
import { namespaceOf } from './core/ids.js'
import type { Policy } from './core/policy.js'
import { FeedError, quote } from './errors.js'

const days = z
  .number()
  .int()
  .min(1)
  .max(3650)
  .nullable()
  .describe('Days after the last report or sighting; null: no end')

const weight = z.number().min(0).max(100)
const share = z.strictObject({ least: z.number().int().min(1), share: z.number().min(0).max(1) })

const record = z
  .strictObject({
    right: z.number().int().min(0).describe('How many of their values belonged to the campaign'),
    of: z.number().int().min(1).describe('Of how many that somebody looked at'),
    checked: z.iso.date().describe('The day on which they were counted'),
  })
  .refine(({ right, of }) => right <= of, { path: ['right'], message: 'no more than `of`' })
  .describe(
    'How often a reporter was right, as somebody measured it. Absent: nobody did. For people: it changes no verdict',
  )

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** feed.config.json. Every field has a default in the package's own file; an unknown key is an error. */
export const Config = z.strictObject({
  $schema: z.string().optional(),
  publisher: z.strictObject({
    name: line.min(1),
    contact: line.min(1).describe('Where a person who is wrongly listed writes to'),
    base_url: z.url({ protocol: /^https?$/ }).describe('Where the feed is published; all ids follow from it'),
    namespace: z
      .uuid()
      .nullable()
      .default(null)
      .describe('UUID namespace of all ids, where it must outlive the base URL'),
    tlp: z
      .enum(['white', 'clear'])
      .default('white')
      .describe(
        'Marking of STIX objects: TLP:WHITE of STIX 2.1, which OpenCTI shows as TLP:CLEAR, or TLP:CLEAR of TLP 2.0, as OASIS publishes it',
      ),
  }),
  profile: z.string().min(1).describe('Campaign profile, in the working folder, else in the package'),
  canaries: z
    .string()
    .min(1)
    .nullable()
    .describe('Values by which every publication is checked; null: none, for another campaign'),
  life: z.strictObject({ 'domain-name': days, file: days, 'ipv4-addr': days, 'ipv6-addr': days, url: days }),
  threshold: z.number().int().min(1).max(100).describe('Confidence from which a value is published'),
  weights: z
    .strictObject({
      pinned: weight,
      pair: weight,
      address: weight,
      network: weight,
      domain: weight,
      registered: weight,
      cited: weight,
      cites: weight,
      set: weight,
    })
    .describe('What adds to a confidence, in percent points: see README, “What is published”'),
  ties: z
    .strictObject({
      full_days: z.number().int().min(1),
      reach_days: z.number().int().min(1),
      loss: z.number().min(0).max(1),
    })
    .describe('How long an address or a network ties what stands on it, after it was last vouched for'),
  budgets: z
    .strictObject({
      values: z.number().int().min(1),
      addresses: z.number().int().min(1),
      opened: z.strictObject({ domains: z.number().int().min(1), addresses: z.number().int().min(1) }),
    })
    .describe(
      'What a named researcher is trusted for on one day, and (`opened`) what ties may open by one day’s commits of a list; more of it is watched, or waits',
    ),
  limits: z.strictObject({
    guarded: share.describe(
      'Of what a run reports for the campaign, the share that guards may keep out, from so many on',
    ),
    withdrawn: share.describe(
      'Of what a cumulative list held, the share that may go at once; so many may in any case',
    ),
    shrink: share
      .default({ least: 25, share: 0.2 })
      .describe(
        'Brake: of what a published list held, the share that may go unexplained; so many may in any case',
      ),
    growth: share
      .extend({ share: z.number().min(0) })
      .default({ least: 500, share: 1 })
      .describe(
        'Brake: of what a published list held, the share that may come at once; so many may in any case',
      ),
  }),
  alarms: z
    .strictObject({
      failures: z.number().int().min(1),
      silence: z.number().min(1),
      webhook: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
    })
    .describe(
      'When somebody should look at a source: runs in a row that failed; times its usual pause that it was silent; an address that is told (POST, JSON)',
    ),
  text_days: z.number().int().min(0).describe('Days for which the text of posts is held'),
  schedule: z.strictObject({
    cron: z.string(),
    timezone: z.string().refine(isTimeZone, 'a time zone as Asia/Tokyo'),
    jitter_seconds: z.number().int().min(0),
  }),
  reporters: z.array(
    z.strictObject({
      name: line.min(1),
      handles: z.array(z.string()).default([]),
      kind: z.enum(['individual', 'organization']).default('individual'),
      pinned: z
        .boolean()
        .default(false)
        .describe(
          'A named researcher of the campaign. Others are known: what they post is kept, and counts as the word of anybody else',
        ),
      record: record.optional(),
    }),
  ),
  sources: z.array(SourceEntry).superRefine((sources, context) => {
    sources.forEach(({ name }, n) => {
      if (sources.findIndex((one) => one.name === name) < n)
        context.addIssue({
          code: 'custom',
          path: [n, 'name'],
          message: `a second source named ${quote(name)}`,
        })
    })
  }),
})
export type Config = z.infer<typeof Config>

/**
 * The configuration: the package's own, with the top-level fields that the user's file has in their place.
 * @param user contents of the user's file, or null where there is none
 * @throws {FeedError} `config` that names the file, the field and the value
 */
export function parseConfig(
  defaults: { name: string; text: string },
  user: { name: string; text: string } | null,
): Config {
  const own = parseJson(defaults)
  const merged = user ? { ...own, ...parseJson(user) } : own
  const parsed = Config.safeParse(merged)
  if (parsed.success) return parsed.data
  throw new FeedError('config', `${(user ?? defaults).name}: ${describe(parsed.error.issues[0]!, merged)}`)
}

function parseJson({ name, text }: { name: string; text: string }): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.split('\n')[0] : 'an object is wanted'
    throw new FeedError('config', `${name}: not JSON: ${why}`)
  }
}

/** A zod issue as one line: where, what, which value. */
export function describe(issue: z.core.$ZodIssue, value: unknown): string {
  const at = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  )
  const where = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.map((key) => quote(key)).join(', ')}${where ? ` in ${where}` : ''}`
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'type')
    return `${where}: unknown type ${quote(at)}; known: ${collectors.map(({ type }) => type).join(', ')}`
  return `${where || 'document'}: ${issue.message}, not ${at === undefined ? 'missing' : quote(at)}`
}

/** What the core needs of the configuration, with the rest of the policy still to come. */
export function policyOf(config: Config): Omit<Policy, 'profile' | 'guards' | 'popular' | 'decisions'> {
  const { name, contact, base_url, namespace, tlp } = config.publisher
  const { reporters, sources, life, threshold, weights, ties, budgets, limits } = config
  const baseUrl = base_url.replace(/\/+$/, '')
  return {
    publisher: { name, contact, baseUrl, namespace: namespace ?? namespaceOf(baseUrl), tlp },
    reporters,
    sources,
    life,
    threshold,
    weights,
    ties,
    budgets,
    limits,
  }
}

/** The only reader of the environment. Empty means unset. */
export const env = (name: string): string | undefined => process.env[name] || undefined
