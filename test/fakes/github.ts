import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { folder } from '../helpers.js'
import type { Answer as Fault } from './faults.js'
import { type Change, GitRepository } from './git.js'

const run = promisify(execFile)

/** A pull request, as far as anybody asks. */
export interface Pull {
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  base: string
  head: { ref: string; repo: { full_name: string } | null }
  /** Newest first, as GitHub tells them: each with the whole body after it. */
  edits: { editedAt: string; diff: string; editor: { __typename: 'User' | 'Bot'; login: string } }[]
}

interface Answer {
  status: number
  body: Uint8Array | string
  type?: string
  headers?: Record<string, string>
}

export interface LoggedRequest {
  method: string
  path: string
  status: number
  /** Against the rate limit, as every answer but a 304. */
  counts: boolean
}

const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  body: JSON.stringify(value),
  type: 'application/json; charset=utf-8',
  headers,
})
const raw = (body: Uint8Array): Answer => ({
  status: 200,
  body,
  type: 'application/vnd.github.raw; charset=utf-8',
})
const STATUS: Record<string, string> = { A: 'added', M: 'modified', D: 'removed', R: 'renamed' }
const notFound = json({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }, 404)
const tooLarge = json(
  {
    message: 'This API returns blobs up to 100 MB in size.',
    errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
  },
  403,
)

/**
 * GitHub's REST API over one real repository, on this machine: the endpoints that a list is read by, with ETags, 304s,
 * pages and rate limits as https://docs.github.com/rest describes them.
 */
export class FakeGithub {
  readonly requests: LoggedRequest[] = []
  /** Requests that the rate limit still allows. */
  remaining = 5000
  /** From which size on the contents API leaves a file to the blob API. */
  contentsLimit = 100 * 1024 * 1024
  /** Pull requests by number, from 1 on. */
  readonly pulls: Pull[] = []
  /** Whether it answers who edited a body. */
  tellsEdits = true
  /** Called with the number of requests so far, before the answer to each. */
  onRequest: (count: number) => void = () => {}
  /** Asked before each answer what goes wrong instead. */
  fault: () => Fault | null = () => null
  /** Told after each answer has gone out. */
  served: () => void = () => {}
  readonly #repository: GitRepository
  readonly #server: Server
  /** What git says of a commit or a blob it says for ever. */
  readonly #said = new Map<string, Buffer>()

  constructor(repository: GitRepository) {
    this.#repository = repository
    this.#server = createServer((request, response) => this.handle(request, response))
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.onRequest(this.requests.length + 1)
    response.on('finish', () => this.served())
    const broken = this.fault()
    if (broken !== null) {
      this.requests.push({ method: request.method!, path: request.url!, status: 0, counts: false })
      return broken(request, response)
    }
    const { status, body, type, headers } = await this.#answerTo(request)
    const { method = 'GET', url: path = '' } = request
    this.requests.push({ method, path, status, counts: status !== 304 })
    response.writeHead(status, {
      ...(type ? { 'content-type': type } : {}),
      ...headers,
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(this.remaining),
      'x-ratelimit-reset': String(Date.parse('2026-11-23T13:00:00Z') / 1000),
    })
    response.end(status === 304 ? undefined : body)
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answerTo(request: IncomingMessage): Promise<Answer> {
    if (this.remaining === 0) return json({ message: 'API rate limit exceeded' }, 403)
    const answer =
      request.method === 'GET'
        ? await this.#route(request).catch(() => notFound)
        : await this.#write(request, await bodyOf(request))
    const etag = `W/"${createHash('sha256').update(answer.body).digest('hex')}"`
    if (answer.status === 200 && request.headers['if-none-match'] === etag)
      return { status: 304, body: '', headers: { etag } }
    this.remaining--
    return { ...answer, headers: { ...answer.headers, etag } }
  }

  /** Somebody edits the body of a pull request in a browser, which sends CR LF. */
  edit(pull: Pull, login: string, change: (body: string) => string): void {
    this.#setBody(pull, change(pull.body!).replace(/\r?\n/g, '\r\n'), { __typename: 'User', login })
  }

  #setBody(pull: Pull, body: string, editor: Pull['edits'][number]['editor']): void {
    pull.body = body
    const at = new Date(Date.UTC(2026, 10, 1) + 1000 * pull.edits.length).toISOString()
    pull.edits.unshift({ editedAt: at, diff: body, editor })
  }

  /** What takes a token: https://docs.github.com/rest/pulls/pulls, and /rest/actions/workflows for `enable`. */
  async #write({ method, url, headers }: IncomingMessage, text: string): Promise<Answer> {
    if (!headers.authorization) return json({ message: 'Requires authentication' }, 401)
    const told = text === '' ? {} : (JSON.parse(text) as Partial<Pull> & { head?: unknown })
    if (method === 'PUT' && /\/actions\/workflows\/[\w.-]+\/enable$/.test(url!))
      return { status: 204, body: '' }
    if (method === 'POST' && url === '/graphql') return this.#graphql(text)
    const [, repository, number] = /^\/repos\/([^/]+\/[^/]+)\/pulls(?:\/(\d+))?$/.exec(url!) ?? []
    const pull = this.pulls.find((one) => one.number === Number(number))
    if (method === 'PATCH' && pull) {
      Object.assign(pull, told)
      if (told.body) this.#setBody(pull, told.body, PROGRAM)
      return json(pull)
    }
    if (method === 'POST' && repository && !number)
      return this.#openPull(repository, told as unknown as NewPull)
    return notFound
  }

  /** The one question that is asked there: who edited a pull request. */
  #graphql(text: string): Answer {
    const { query, variables } = JSON.parse(text) as { query: string; variables: { number: number } }
    if (!query.includes('userContentEdits(first: 100)')) return notFound
    if (!this.tellsEdits) return json({ data: null, errors: [{ message: 'Resource not accessible' }] })
    const { edits } = this.pulls.find(({ number }) => number === variables.number)!
    const userContentEdits = { pageInfo: { hasNextPage: edits.length > 100 }, nodes: edits.slice(0, 100) }
    return json({ data: { repository: { pullRequest: { userContentEdits } } } })
  }

  async #openPull(repository: string, { head, base, title, body }: NewPull): Promise<Answer> {
    const invalid = (message: string) =>
      json({ message: 'Validation Failed', errors: [{ resource: 'PullRequest', message }] }, 422)
    const ahead = await this.#fresh('rev-list', '--count', `${base}..${head}`).catch(() => null)
    if (ahead === null) return invalid('head is invalid')
    if (ahead.trim() === '0') return invalid(`No commits between ${base} and ${head}`)
    if (this.pulls.some((pull) => pull.state === 'open' && pull.head.ref === head && pull.base === base))
      return invalid(`A pull request already exists for ${head}.`)
    const pull: Pull = {
      number: this.pulls.length + 1,
      title,
      body,
      state: 'open',
      base,
      head: { ref: head, repo: { full_name: repository } },
      edits: [],
    }
    this.#setBody(pull, body, PROGRAM)
    this.pulls.push(pull)
    return json(pull, 201)
  }

  #listPulls(query: URLSearchParams): Answer {
    const [, branch] = (query.get('head') ?? '').split(':')
    return json(
      this.pulls.filter(({ state, head }) => state === (query.get('state') ?? 'open') && head.ref === branch),
    )
  }

  async #branch(name: string): Promise<Answer> {
    const [sha, tree, parents, ...message] = (
      await this.#fresh('show', '--no-patch', '--format=%H%n%T%n%P%n%B', `refs/heads/${name}`)
    ).split('\n')
    return json({
      name,
      commit: {
        sha,
        commit: { message: message.join('\n').trimEnd(), tree: { sha: tree } },
        parents: parents!.split(' ').map((parent) => ({ sha: parent })),
      },
    })
  }

  /** An error of git is a 404. */
  async #route({ url, headers }: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(url!, 'http://localhost')
    const [, route, rest = ''] =
      /^\/repos\/[^/]+\/[^/]+\/(branches|commits|contents|compare|git\/blobs|git\/trees|pulls)(?:\/(.*))?$/.exec(
        pathname,
      ) as unknown as [string, string, string | undefined]
    const name = decodeURIComponent(rest)
    if (route === 'pulls') return this.#listPulls(searchParams)
    if (route === 'branches') return this.#branch(name)
    const isRaw = /\braw\b/.test(headers.accept ?? '')
    if (route === 'commits') return name === '' ? this.#commits(searchParams, pathname) : this.#commit(name)
    if (route === 'contents') return this.#contents(name, searchParams.get('ref') ?? 'main', isRaw)
    if (route === 'compare') return this.#compare(name)
    if (route === 'git/blobs') return raw(await this.#git('cat-file', 'blob', name))
    return this.#tree(name, searchParams.has('recursive'))
  }

  async #commits(query: URLSearchParams, pathname: string): Promise<Answer> {
    const [perPage, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)]
    const format = '--format=%H %aI %cI'
    const log = await this.#text('log', format, query.get('sha') ?? 'main', '--', query.get('path') ?? '.')
    const all = log.split('\n').filter((line) => line !== '')
    const commits = all.slice((page - 1) * perPage, page * perPage).map((line) => {
      const [sha, author, committer] = line.split(' ')
      return { sha, commit: { author: { date: author }, committer: { date: committer }, message: 'x' } }
    })
    query.set('page', String(page + 1))
    const link = `<http://localhost${pathname}?${query}>; rel="next"`
    return json(commits, 200, page * perPage < all.length ? { link } : {})
  }

  async #commit(sha: string): Promise<Answer> {
    const shown = await this.#text('show', '--format=', '--name-status', '-M', '-m', '--first-parent', sha)
    const files = shown
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [letters, ...paths] = line.split('\t')
        return {
          status: STATUS[letters![0]!],
          filename: paths.at(-1),
          ...(paths.length > 1 ? { previous_filename: paths[0] } : {}),
        }
      })
    return json({ sha, files })
  }

  async #contents(path: string, ref: string, isRaw: boolean): Promise<Answer> {
    const object = `${ref}:${path}`
    const bytes = await this.#git('cat-file', 'blob', object).catch(() => null)
    if (bytes === null)
      return json(
        (await this.#entries(object)).map((entry) => ({
          ...entry,
          path: path ? `${path}/${entry.path}` : entry.path,
        })),
      )
    if (bytes.length > this.contentsLimit) return tooLarge
    if (isRaw) return raw(bytes)
    const sha = (await this.#text('rev-parse', object)).trim()
    const isSmall = bytes.length <= 1024 * 1024
    return json({
      type: 'file',
      path,
      sha,
      encoding: isSmall ? 'base64' : 'none',
      content: isSmall ? bytes.toString('base64') : '',
    })
  }

  async #compare(basehead: string): Promise<Answer> {
    const [base, head] = basehead.split('...') as [string, string]
    const mergeBase = (await this.#text('merge-base', base, head)).trim()
    const status =
      base === head ? 'identical' : mergeBase === base ? 'ahead' : mergeBase === head ? 'behind' : 'diverged'
    return json({ status })
  }

  /** Recursive or not, folders stand among the files, and files alone have a size. */
  async #tree(ref: string, isRecursive: boolean): Promise<Answer> {
    const name = ref === 'HEAD' ? 'main' : ref
    const tree = await this.#entries(name, ...(isRecursive ? ['-r', '-t'] : []))
    return json({ sha: (await this.#text('rev-parse', `${name}^{tree}`)).trim(), tree, truncated: false })
  }

  async #entries(object: string, ...options: string[]) {
    const lines = (await this.#text('ls-tree', '-z', '-l', ...options, object)).split('\0')
    return lines.slice(0, -1).map((line) => {
      const [, mode, type, sha, size, path] = /^(\d+) (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line)!
      return { path, mode, type, sha, ...(type === 'blob' ? { size: Number(size) } : {}) }
    })
  }

  async #git(...args: string[]): Promise<Buffer> {
    const key = args.join(' ')
    const said = this.#said.get(key)
    if (said) return said
    const options = { encoding: 'buffer', maxBuffer: 1e9 } as const
    const { stdout } = await run('git', ['-C', this.#repository.dir, ...args], options)
    if (/[0-9a-f]{40}/.test(key) && args[0] === 'cat-file') this.#said.set(key, stdout)
    return stdout
  }

  /** What git says now: a branch moves. */
  async #fresh(...args: string[]): Promise<string> {
    return (await run('git', ['-C', this.#repository.dir, ...args])).stdout
  }

  async #text(...args: string[]): Promise<string> {
    return (await this.#git(...args)).toString('utf8')
  }
}

const PROGRAM = { __typename: 'Bot' as const, login: 'github-actions' }

interface NewPull {
  head: string
  base: string
  title: string
  body: string
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** The fake over a new repository with these commits, until the test ends. */
export async function fakeGithub(
  changes: Change[] = [],
): Promise<{ github: FakeGithub; repository: GitRepository; api: string }> {
  const repository = new GitRepository(folder())
  if (changes.length > 0) repository.commit(changes)
  const github = new FakeGithub(repository)
  const api = await github.listen()
  onTestFinished(() => github.close())
  return { github, repository, api }
}

/** A server that has several repositories, by `owner/name`, each a fake of its own; until the test ends. */
export async function fakeGithubs<N extends string>(
  changes: Record<N, Change[]>,
): Promise<{ fakes: Record<N, Awaited<ReturnType<typeof fakeGithub>>>; api: string }> {
  const fakes = {} as Record<string, Awaited<ReturnType<typeof fakeGithub>>>
  for (const [name, commits] of Object.entries<Change[]>(changes)) fakes[name] = await fakeGithub(commits)
  const server = createServer((request, response) => {
    const [, name = ''] = /^\/repos\/([^/]+\/[^/]+)\//.exec(request.url!) ?? []
    const fake = fakes[name]
    if (fake) return void fake.github.handle(request, response)
    response.writeHead(404, { 'content-type': 'application/json; charset=utf-8' })
    response.end(notFound.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  return { fakes, api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
