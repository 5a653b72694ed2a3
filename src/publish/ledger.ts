import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Rules } from '../core/rules.js'
import { FeedError, quote } from '../errors.js'
import { LedgerDocument, LedgerRegistration } from '../model/ledger.js'
import type { Artifact } from '../model/ports.js'

const MONTH_FILE = /^\d{4}-\d{2}\.jsonl$/
const CURSORS = 'ledger/cursors.jsonl'
const REGISTRATIONS = 'ledger/registrations.jsonl'
const FORCED = 'ledger/forced.jsonl'
const RULES = 'ledger/rules.jsonl'

/** How far a source was read when the ledger was written. */
export const Cursor = z.strictObject({ source: z.string(), cursor: z.string() })
export type Cursor = z.infer<typeof Cursor>

/** `ledger/YYYY-MM.jsonl`, by month of publication. @param documents by time and id */
export function ledgerArtifacts(documents: LedgerDocument[]): Artifact[] {
  const months = new Map<string, string[]>()
  for (const document of documents) {
    const month = document.published_at.slice(0, 7)
    const lines = months.get(month) ?? []
    months.set(month, lines)
    // Parsed once more: what is written is what can be read, in one order of keys.
    lines.push(`${JSON.stringify(LedgerDocument.parse(document))}\n`)
  }
  return [...months].map(([month, lines]) => artifact(`ledger/${month}.jsonl`, lines))
}

/** Nothing where there is none. @param registrations by domain, source and time */
export const registrationArtifacts = (registrations: LedgerRegistration[]): Artifact[] =>
  registrations.length === 0
    ? []
    : [
        artifact(
          REGISTRATIONS,
          registrations.map((one) => `${JSON.stringify(LedgerRegistration.parse(one))}\n`),
        ),
      ]

/** A publication that passed a brake, or changed rules, because somebody said so. */
export const Forced = z.strictObject({
  as_of: z.iso.date(),
  brakes: z.array(z.string()),
  reason: z.string(),
})
export type Forced = z.infer<typeof Forced>

export const cursorsArtifact = (cursors: Cursor[]): Artifact =>
  artifact(
    CURSORS,
    cursors.map((one) => `${JSON.stringify(one)}\n`),
  )

export const forcedArtifact = (forced: Forced[]): Artifact =>
  artifact(
    FORCED,
    forced.map((one) => `${JSON.stringify(one)}\n`),
  )

export const rulesArtifact = (rules: Rules): Artifact => artifact(RULES, [`${JSON.stringify(rules)}\n`])

const artifact = (path: string, lines: string[]): Artifact => ({
  path,
  mediaType: 'application/jsonl',
  entries: lines.length,
  body: lines,
})

/**
 * The evidence of a published folder, by month.
 * @throws {FeedError} `input` naming file, line and field of what is no evidence
 */
export function readLedger(root: string): LedgerDocument[] {
  const folder = join(root, 'ledger')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => MONTH_FILE.test(name))
    .sort()
    .flatMap((name) => readLines(join(folder, name), LedgerDocument))
}

export const readRegistrations = (root: string): LedgerRegistration[] =>
  readLines(join(root, REGISTRATIONS), LedgerRegistration)

export const readCursors = (root: string): Cursor[] => readLines(join(root, CURSORS), Cursor)

export const readForced = (root: string): Forced[] => readLines(join(root, FORCED), Forced)

/** Null: no publication has noted any. */
export const readRules = (root: string): Rules | null => readLines(join(root, RULES), Rules).at(-1) ?? null

function readLines<T>(path: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, n) => (line === '' ? [] : [parse(line, schema, `${path}:${n + 1}`)]))
}

function parse<T>(line: string, schema: z.ZodType<T>, where: string): T {
  const fail = (what: string): never => {
    throw new FeedError('input', `${where}: ${what}: ${quote(line)}; restore the file from git`)
  }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return fail('not JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return fail(`${issue!.path.join('.') || 'line'}: ${issue!.message}`)
}
