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

/** The cursor stays where it is until all of them are in. */
export async function* inBatchesOf(documents: Iterable<Document>): AsyncIterable<Batch> {
  async function* all() {
    yield* documents
  }
  for await (const batch of inBatches(all())) yield { documents: batch, cursor: null }
}
