import { existsSync, readFileSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { type Policy, reporterKey } from '../core/policy.js'
import { FeedError, quote } from '../errors.js'
import { Decision } from '../model/decision.js'
import { replaceFile } from '../publish/files.js'
import { valueMeant } from './value.js'

const COLUMNS = ['type', 'value', 'decision', 'reason', 'by', 'date', 'until'] as const

/** The decisions of a working folder, oldest first; none where there is no file. */
export function readDecisions(path: string, policy: Pick<Policy, 'reporters'>): Decision[] {
  if (!existsSync(path)) return []
  let records: { record: Record<string, string>; info: { lines: number } }[]
  try {
    records = parse(readFileSync(path, 'utf8'), {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as typeof records
  } catch (error) {
    if (error instanceof CsvError) throw new FeedError('config', `${path}: not CSV: ${error.message}`)
    throw error
  }
  return records.map(({ record, info: { lines } }) => {
    const parsed = Decision.safeParse(record)
    if (parsed.success) return canonical(parsed.data, policy, `${path}:${lines}`)
    const [issue] = parsed.error.issues
    const field = issue!.path.join('.')
    throw new FeedError(
      'config',
      `${path}:${lines}: ${field || 'columns'}: ${issue!.message}${field ? `, not ${quote(record[field])}` : ` (wanted: ${COLUMNS.join(',')})`}`,
    )
  })
}

/** A decision with its value in the one spelling: written in capitals or defanged, it is about the same value. */
function canonical(decision: Decision, policy: Pick<Policy, 'reporters'>, where: string): Decision {
  const { type, value } = decision
  if (type === 'document') return decision
  if (type === 'reporter') return { ...decision, value: reporterKey(policy, value) }
  const observable = valueMeant(value)
  if (observable?.type === type) return { ...decision, value: observable.value }
  throw new FeedError('config', `${where}: value: no ${type}: ${quote(value)}`)
}

/** Adds a decision at the end, as git likes it: one line more, nothing else moved. */
export function appendDecision(path: string, decision: Decision): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : stringify([COLUMNS])
  const line = stringify([COLUMNS.map((column) => decision[column])])
  replaceFile(path, `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${line}`)
}
