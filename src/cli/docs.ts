import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { PACKAGE_ROOT } from '../app/workspace.js'
import { formats } from '../collectors/formats/index.js'
import { collectors } from '../collectors/index.js'
import { Config, parseConfig } from '../config.js'
import { consumers } from '../exporters/consumers.js'
import { exporters } from '../exporters/index.js'
import { createProgram } from './program.js'
import { type ReadingCase, readingStyles } from './reading-corpus.js'
import type { Io } from './session.js'

/** Files made from the code, by path in the repository, with the content they should have. */
export function generatedDocs(): Map<string, string> {
  const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')
  return new Map([
    ['README.md', fill(readme, sections())],
    ['docs/feed.config.schema.json', `${JSON.stringify(z.toJSONSchema(Config, { io: 'input' }), null, 2)}\n`],
  ])
}

/** Puts each section between its marks, `<!-- begin NAME -->` and `<!-- end NAME -->`. */
function fill(text: string, contents: Record<string, string>): string {
  return Object.entries(contents).reduce((filled, [name, content]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
    const [before, rest] = filled.split(begin)
    const after = rest?.split(end)[1]
    if (before === undefined || after === undefined) throw new TypeError(`README.md has no section ${name}`)
    return `${before}${begin}\n${content}\n${end}${after}`
  }, text)
}

function sections(): Record<string, string> {
  const program = createProgram({} as Io, () => {})
  return {
    commands: markdown(
      ['command', 'what it does'],
      program.commands.map((command) => [`\`${usage(command)}\``, command.description()]),
    ),
    sources: markdown(
      ['source', 'what it is', 'collector', 'trust', 'licence'],
      shipped().sources.map(({ name, title, type, campaign, trust, licence }) => [
        `\`${name}\``,
        title,
        `\`${type}\``,
        campaign ? String(trust) : '—',
        licence,
      ]),
    ),
    collectors: markdown(
      ['collector', 'what it collects', 'key', 'cost', 'limits'],
      collectors.map(({ type, summary, terms: { key, cost, limits } }) => [
        `\`${type}\``,
        summary,
        key,
        cost,
        limits,
      ]),
    ),
    formats: markdown(
      ['format', 'what it reads'],
      formats.map(({ name, summary }) => [`\`${name}\``, summary]),
    ),
    consumers: markdown(
      ['`--only`, `lint --as`', 'file', 'for', 'read in CI by', 'entries a file', 'leaves out', 'when empty'],
      consumers.map(({ name, path, consumer, reference, checkedBy, maxEntries, leavesOut, whenEmpty }) => [
        `\`${name}\``,
        `\`${path}\``,
        `[${consumer}](${reference})`,
        checkedBy === null ? 'its grammar' : `\`${checkedBy}\``,
        maxEntries === null ? 'any' : maxEntries.toLocaleString('en'),
        leavesOut ?? '',
        whenEmpty,
      ]),
    ),
    read: reading(true),
    refused: reading(false),
    artifacts: markdown(
      ['`--only`', 'what it writes'],
      exporters
        .filter(({ names }) => !consumers.some(({ name }) => name === names[0]))
        .map(({ names, summary }) => [names.map((name) => `\`${name}\``).join(' '), summary]),
    ),
  }
}

/** Of each style of the corpus its first case: styles in most of whose cases something is published, or the others. */
function reading(isRead: boolean): string {
  const rows = [...readingStyles()].flatMap(([style, cases]) => {
    const [read, refused] = [true, false].map((wanted) =>
      cases.filter(({ publish }) => publish.length > 0 === wanted),
    ) as [ReadingCase[], ReadingCase[]]
    if (read.length > refused.length !== isRead) return []
    const [example] = (isRead ? read : refused) as [ReadingCase]
    const outcome = isRead ? example.publish : [...example.keep, ...example.forbid]
    return [[style, code(example.written), outcome.map(code).join(' '), String(cases.length)]]
  })
  return markdown(['', 'for example', isRead ? 'published' : 'not published', 'cases'], rows)
}

/** A code span; text that holds a backtick stands in two. */
const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``)

const usage = (command: Command): string =>
  `${command.name()} ${command.usage()}`.replace(/^(\S+) \[options\] ?/, '$1 ').trim()

function shipped(): Config {
  return parseConfig(
    { name: 'feed.config.json', text: readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8') },
    null,
  )
}

function markdown(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Brings them up to date. */
export function writeDocs(): void {
  for (const [path, content] of generatedDocs()) writeFileSync(join(PACKAGE_ROOT, path), content)
}
