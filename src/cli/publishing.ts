import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { locked } from '../app/collect.js'
import { deliver } from '../app/deliver.js'
import { lint } from '../app/lint.js'
import { publicationDay, publishFeeds, snapshotAsOf } from '../app/publish.js'
import { replay } from '../app/replay.js'
import { restore } from '../app/restore.js'
import { standingBefore, withStatus } from '../app/status.js'
import { verify } from '../app/verify.js'
import { readableFile } from '../app/workspace.js'
import { dayStart, daysBetween } from '../core/time.js'
import { FeedError } from '../errors.js'
import { renderAll, renderOne } from '../exporters/index.js'
import { write } from '../publish/publish.js'
import { plural, visible } from './output.js'
import { deliveryReport, deliverySummary, nothingNew, rulesReport, standingLines } from './report.js'
import { EXIT, type Session } from './session.js'

export async function exportCommand(
  { workspace, print, io }: Session,
  flags: { only?: string; asOf?: string; knownAt?: string; output: string },
): Promise<number> {
  const { only, output } = flags
  if (output === '-' && only === undefined)
    throw new FeedError('usage', 'standard output takes one artifact: give --only, or a folder with -o')
  const asOf = flags.asOf ?? publicationDay(workspace)
  const { snapshot } = await snapshotAsOf(workspace, asOf, flags.knownAt)
  if (output === '-') {
    const [artifact, ...parts] = renderOne(snapshot, only!)
    if (parts.length > 0)
      throw new FeedError('usage', `${only} is in ${parts.length + 1} files: give a folder with -o`)
    for (const chunk of artifact!.body) await print(chunk)
    return EXIT.done
  }
  if (resolve(output) === workspace.feeds)
    throw new FeedError('usage', `${output} is what publish writes; export to another folder`)
  const { written, unchanged } = write(
    output,
    only === undefined ? renderAll(snapshot) : renderOne(snapshot, only),
  )
  io.stderr.write(
    `${plural(written.length, 'file')} written to ${output}, ${unchanged} unchanged, as of ${asOf}\n`,
  )
  return EXIT.done
}

export async function publishCommand(
  { workspace, print }: Session,
  { json, force }: { json?: boolean; force?: string },
): Promise<number> {
  const { published, snapshot } = await locked(workspace, () =>
    withStatus(workspace, (onPublished) => publishFeeds(workspace, { force, onPublished })),
  )
  const { written, removed, unchanged, version, asOf } = published
  if (json) await print(`${JSON.stringify(published)}\n`)
  else if (!published.isNew) await print(`${nothingNew(published)}\n`)
  else
    await print(
      `Publication ${version} as of ${asOf}: ${plural(snapshot.indicators.length, 'indicator')}; ${plural(written.length, 'file')} written, ${removed.length} removed, ${unchanged} unchanged in ${workspace.feeds}.\n`,
    )
  if (!json) await print(rulesReport(snapshot))
  return EXIT.done
}

/** The page that GitHub Actions shows of a job. */
function summarize(path: string | undefined, text: string): void {
  if (path !== undefined) appendFileSync(path, `${text}\n`)
}

export async function commitCommand(
  { workspace, print, io }: Session,
  flags: { push?: boolean; pullRequest?: boolean; json?: boolean },
): Promise<number> {
  const { push = false, pullRequest = false, json } = flags
  if (pullRequest && !push) throw new FeedError('usage', '--pull-request goes with --push')
  const delivered = await locked(workspace, () => deliver(workspace, { push, pullRequest }))
  const standing = standingBefore(workspace)
  const stands = standing && standingLines(standing, workspace.policy.profile.family)
  summarize(io.env('GITHUB_STEP_SUMMARY'), [deliverySummary(delivered), stands ?? ''].join('\n'))
  await print(json ? `${JSON.stringify(delivered)}\n` : visible(deliveryReport(delivered)))
  // A brake has its pull request; what else refuses a publication must not look as if all were well.
  return delivered.held !== null && delivered.brakes.length === 0 ? EXIT.refused : EXIT.done
}

export async function restoreCommand(
  { workspace, print }: Session,
  { json }: { json?: boolean },
  folder: string | undefined,
): Promise<number> {
  const from = folder === undefined ? workspace.feeds : resolve(folder)
  const restored = await locked(workspace, () => restore(workspace, from))
  const { documents, newDocuments, cursors } = restored
  await print(
    json
      ? `${JSON.stringify(restored)}\n`
      : `${plural(documents, 'document')} in the ledger of ${from}, ${newDocuments} of them new here; ${plural(cursors.length, 'source')} ${cursors.length === 1 ? 'goes' : 'go'} on from where they were\n`,
  )
  return EXIT.done
}

export async function replayCommand(
  { workspace, print, io, progress }: Session,
  { from, to, output }: { from: string; to: string; output: string },
): Promise<number> {
  const days = daysBetween(dayStart(from), dayStart(to)) + 1
  let done = 0
  for await (const { day, published, snapshot } of replay(workspace, { from, to, root: resolve(output) })) {
    io.signal.throwIfAborted()
    progress.update('days', ++done, days)
    const active = snapshot.indicators.filter(({ status }) => status === 'active').length
    if (published.written.length > 0)
      await print(
        `${day}  ${plural(active, 'active indicator')}, ${plural(published.written.length, 'file')} changed\n`,
      )
  }
  return EXIT.done
}

export async function verifyCommand(
  { workspace, print }: Session,
  { json }: { json?: boolean },
  where: string | undefined,
): Promise<number> {
  const place = where ?? workspace.feeds
  const verified = await verify(place)
  const isOwn = where === undefined || resolve(where) === workspace.feeds
  if (isOwn)
    for (const what of await workspace.store().check()) verified.findings.push({ path: 'feed.db', what })
  const { files, bytes, version, asOf, unbuilt, findings } = verified
  if (json) await print(`${JSON.stringify(verified)}\n`)
  else {
    for (const { path, what } of findings) await print(`${path}: ${visible(what)}\n`)
    if (unbuilt.length > 0)
      await print(
        `${place}: ${plural(unbuilt.length, 'file')} that git does not hold ${unbuilt.length === 1 ? 'is' : 'are'} not built here (${inFolders(unbuilt)}): moqhao-feed run, or publish after restore, builds them\n`,
      )
    await print(
      `${place}: publication ${version} as of ${asOf}, ${plural(files, 'file')}, ${bytes} bytes, ${plural(findings.length, 'finding')}\n`,
    )
  }
  return findings.length === 0 ? EXIT.done : EXIT.failed
}

/** Each path, but of several in one folder the folder: `dns/ (10)`. */
function inFolders(paths: string[]): string {
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path
    folders.set(folder, [...(folders.get(folder) ?? []), path])
  }
  return [...folders]
    .map(([folder, within]) => (within.length === 1 ? within[0] : `${folder} (${within.length})`))
    .join(', ')
}

/** Faults shown of one file. */
const MOST_FAULTS = 20

export async function lintCommand(
  { print }: Session,
  { as, json }: { as: string; json?: boolean },
  files: string[],
): Promise<number> {
  const linted = []
  for (const file of files) linted.push({ file, ...(await lint(readableFile(file, file).bytes(), as)) })
  for (const { file, lines, total, faults } of json ? [] : linted) {
    for (const { line, message } of faults.slice(0, MOST_FAULTS))
      await print(`${file}:${line}: ${visible(message)}\n`)
    if (total > MOST_FAULTS) await print(`${file}: and ${total - MOST_FAULTS} more\n`)
    await print(`${file}: ${plural(lines, 'line')}, ${plural(total, 'fault')} as ${as}\n`)
  }
  if (json) await print(`${JSON.stringify(linted)}\n`)
  return linted.every(({ total }) => total === 0) ? EXIT.done : EXIT.failed
}
