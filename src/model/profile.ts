import { z } from 'zod'

const weight = z.number().min(0).max(100)
const day = z.iso.date()
const word = z.string().min(2).lowercase()
/** Words that often stand in such reports, and in others: they add to a sign, and are none. */
const Words = z.strictObject({ weight, words: z.array(word) }).default({ weight: 0, words: [] })
const pattern = z.string().refine((p) => {
  try {
    new RegExp(p, 'u')
    return true
  } catch {
    return false
  }
}, 'not a regular expression')

/** What makes a report one of this campaign: data, so that another family needs only another file. */
export const Profile = z.strictObject({
  $schema: z.string().optional(),
  family: z.string().min(1),
  label: z.string().regex(/^[a-z0-9-]+$/),
  malware: z.strictObject({
    description: z.string().min(1),
    malware_types: z.array(z.string()).min(1),
    kill_chain_phases: z.array(z.strictObject({ kill_chain_name: z.string(), phase_name: z.string() })),
    external_references: z.array(
      z.strictObject({ source_name: z.string(), external_id: z.string(), url: z.url().optional() }),
    ),
    labels: z.array(z.string()),
  }),
  /** Of every MISP event: galaxy clusters of the family, and how it spreads. */
  misp: z
    .strictObject({
      tags: z.array(z.strictObject({ name: z.string().min(1), colour: z.string().regex(/^#[0-9a-f]{6}$/) })),
    })
    .default({ tags: [] }),
  /** Words and hashtags that name the campaign; `unless`: beside one of these words, one names another family. */
  terms: z.array(
    z.strictObject({
      term: word,
      weight,
      unless: z.strictObject({ family: z.string(), words: z.array(word).min(1) }).optional(),
    }),
  ),
  /** Words and hashtags that name another family: they speak against this one. */
  other_families: z.array(z.strictObject({ family: z.string(), terms: z.array(word) })),
  /** Spellings of host names the operators used, with the years in which they did. */
  hosts: z.array(
    z.strictObject({
      id: z.string(),
      pattern,
      from: day,
      until: day,
      weight,
      /** What else is spelt so, for whoever searches logs by it. */
      false_matches: z.string().optional(),
    }),
  ),
  /** Spellings of host names that belong to another family. */
  other_hosts: z.array(z.strictObject({ family: z.string(), pattern, from: day, until: day })),
  /** Providers on whose pages the malware finds its command servers; what stands below belongs to anybody. */
  dead_drops: z.array(z.string().min(3)).default([]),
  /** Who is impersonated. */
  brands: Words,
  /** What victims are told, and how they are reached. */
  lures: Words,
  /** Ports of the command servers. */
  ports: z.strictObject({ weight, numbers: z.array(z.number().int().min(1).max(65535)) }),
})
export type Profile = z.infer<typeof Profile>
