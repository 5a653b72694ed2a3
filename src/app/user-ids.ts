import { existsSync, readFileSync } from 'node:fs'
import { escapeRegExp } from '../core/escape.js'
import { FeedError } from '../errors.js'
import { replaceFile } from '../publish/files.js'
import type { Workspace } from './workspace.js'

/**
 * Writes numeric ids of accounts into the configuration, where its `sources` have the handle with `"user_id": null`. The
 * rest of the file stays as it is written. Where the folder has no configuration of its own, one is made that holds the
 * package's sources.
 * @returns the file
 */
export function writeUserIds({ configPath, shipped }: Workspace, ids: Record<string, string>): string {
  const { sources } = JSON.parse(shipped) as { sources: unknown }
  const own = existsSync(configPath) ? readFileSync(configPath, 'utf8') : null
  const before =
    own !== null && /"sources"\s*:/.test(own)
      ? own
      : `${JSON.stringify({ ...(own === null ? {} : JSON.parse(own)), sources }, null, 2)}\n`
  const after = Object.entries(ids).reduce((text, [handle, id]) => withId(text, handle, id), before)
  if (Object.values(ids).some((id) => !after.includes(`"user_id": "${id}"`)))
    throw new FeedError(
      'config',
      `${configPath}: no "user_id": null beside a handle of ${Object.keys(ids).join(', ')}`,
    )
  replaceFile(configPath, after)
  return configPath
}

function withId(text: string, handle: string, id: string): string {
  const named = `"handle"\\s*:\\s*"${escapeRegExp(handle)}"`
  const written = text
    .replace(new RegExp(`(${named}[^{}]*?"user_id"\\s*:)\\s*null`), `$1 "${id}"`)
    .replace(new RegExp(`("user_id"\\s*:)\\s*null([^{}]*?${named})`), `$1 "${id}"$2`)
  return written === text ? text.replace(new RegExp(`(${named})`), `$1, "user_id": "${id}"`) : written
}
