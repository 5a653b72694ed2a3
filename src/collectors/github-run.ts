import type { Document } from '../model/document.js'
import type { Batch, CollectContext } from '../model/ports.js'
import { inBatches } from './batches.js'
import type { GithubClient } from './github-client.js'
import type { GithubListConfig } from './github-config.js'

/** One run over one source. */
export interface Run {
  /** With the path that is read. */
  config: GithubListConfig
  /** The path in feed.config.json: where the file was before a commit renamed it. */
  statedPath: string
  context: CollectContext
  client: GithubClient
}

/** Where a person finds a file: as it is now, since its documents hold lines of many commits. */
export const pageOf = ({ owner, repo, ref }: GithubListConfig, path: string): string =>
  `https://github.com/${owner}/${repo}/blob/${ref ?? 'HEAD'}/${encodeURI(path)}`

/** The cursor stays where it is until all of them are in, and moves together with the last of them. */
export async function* inBatchesOf(
  documents: Iterable<Document>,
  cursor: string | null = null,
): AsyncIterable<Batch> {
  async function* all() {
    yield* documents
  }
  let last: Document[] = []
  for await (const batch of inBatches(all())) {
    if (last.length > 0) yield { documents: last, cursor: null }
    last = batch
  }
  if (last.length > 0 || cursor !== null) yield { documents: last, cursor }
}
