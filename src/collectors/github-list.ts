import type { Collector } from '../model/ports.js'
import { GithubClient } from './github-client.js'
import { Config, type GithubListConfig } from './github-config.js'
import { readFolder } from './github-folder.js'
import { followHistory, pathNow } from './github-history.js'
import { reachableUrl } from './source.js'

/** A list in a public GitHub repository: one file by its commits, or the files of a folder. */
export const githubList: Collector<GithubListConfig> = {
  type: 'github-list',
  summary:
    'a list in a GitHub repository, by its commits, or a folder of lists (REST API, conditional requests); GITHUB_TOKEN optional, GITHUB_API_URL for a mirror',
  remote: true,
  terms: {
    key: 'none; `GITHUB_TOKEN` raises the limit',
    cost: 'none',
    limits:
      '60 requests an hour, 5,000 with a token; nothing new costs none; `history.commits`, of a folder `max_requests` a run',
  },
  config: Config,
  async *collect(config, context) {
    const hasToken = context.env('GITHUB_TOKEN') !== undefined
    const baseUrl = await reachableUrl(context, 'GITHUB_API_URL', 'https://api.github.com', hasToken)
    const present = { ...config, path: pathNow(config.path, context.cursor) }
    const client = new GithubClient(baseUrl, present, context)
    const run = { config: present, statedPath: config.path, context, client }
    yield* config.files === undefined ? followHistory(run) : readFolder(run)
  },
}
