import { execFile } from 'node:child_process'
import { FeedError } from '../errors.js'

const MAX_OUTPUT = 1_000_000_000

/** A commit message is as it is: no line is a comment. */
const MESSAGE_AS_IT_IS = ['--cleanup=verbatim', '--file=-']

/** Hands the token of the environment to git; it stands in no argument, so in no list of processes. */
const TOKEN_HELPER = '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'

/** The git repository that a folder lies in. Paths are relative to the folder. */
export class Git {
  readonly #dir: string
  readonly #tokenFor: string | null

  /** @param tokenFor the server at which GITHUB_TOKEN counts; null: git's own credentials are used */
  constructor(dir: string, tokenFor: string | null = null) {
    this.#dir = dir
    this.#tokenFor = tokenFor
  }

  /** The same repository from another folder of it. */
  at(dir: string): Git {
    return new Git(dir, this.#tokenFor)
  }

  /** A file as of a commit; null where it was not there. */
  async show(commit: string, path: string): Promise<string | null> {
    const listed = await this.#run(['ls-tree', commit, '--', path])
    return listed === '' ? null : this.#run(['show', `${commit}:./${path}`])
  }

  /** Whether anything below these paths differs from the last commit, or is new. */
  async hasChanged(paths: string[]): Promise<boolean> {
    return (await this.#run(['status', '--porcelain', '--untracked-files=all', '--', ...paths])) !== ''
  }

  /** Tracked files elsewhere that differ from the last commit. */
  async otherChanges(paths: string[]): Promise<string[]> {
    const excluded = paths.filter((path) => !path.startsWith(':')).map((path) => `:(exclude)${path}`)
    const lines = await this.#run(['status', '--porcelain', '--untracked-files=no', '--', '.', ...excluded])
    return lines.split('\n').filter(Boolean)
  }

  /** Which of these paths git is told to ignore, and does not hold; none where that cannot be told: in no repository. */
  async ignored(paths: string[]): Promise<string[]> {
    const answer = await this.#run(['check-ignore', '-z', '--stdin'], paths.join('\0')).catch(() => '')
    return answer.split('\0').filter(Boolean)
  }

  /** Commits these paths and nothing else. */
  async commit(message: string, paths: string[]): Promise<string> {
    await this.#run(['add', '--all', '--', ...paths])
    await this.#run(['commit', '--quiet', ...MESSAGE_AS_IT_IS, '--only', '--', ...paths], message)
    return this.head()
  }

  async commitNothing(message: string): Promise<string> {
    await this.#run(['commit', '--quiet', '--allow-empty', ...MESSAGE_AS_IT_IS], message)
    return this.head()
  }

  async head(): Promise<string> {
    return (await this.#run(['rev-parse', 'HEAD'])).trim()
  }

  async tree(): Promise<string> {
    return (await this.#run(['rev-parse', 'HEAD^{tree}'])).trim()
  }

  /** Where the folder lies in its repository: empty, or with a slash at its end. */
  async prefix(): Promise<string> {
    return (await this.#run(['rev-parse', '--show-prefix'])).trim()
  }

  /** @throws {FeedError} `refused` where no branch is checked out */
  async branch(): Promise<string> {
    const branch = (await this.#run(['branch', '--show-current'])).trim()
    if (branch === '') throw new FeedError('refused', 'no branch is checked out: nothing can be pushed')
    return branch
  }

  /** @returns false where somebody else has pushed in between, whatever the server calls that */
  async push(branch: string): Promise<boolean> {
    try {
      await this.#run(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`])
      return true
    } catch (error) {
      const theirs = await this.fetch(branch)
      if (await this.#succeeds(['merge-base', '--is-ancestor', theirs, 'HEAD'])) throw error
      return false
    }
  }

  /** Puts a branch at a commit, where it is at `expected` now (null: not there yet), and only then. */
  async replaceBranch(branch: string, commit: string, expected: string | null): Promise<void> {
    const ref = `refs/heads/${branch}`
    const lease = `--force-with-lease=${ref}:${expected ?? ''}`
    await this.#run(['push', '--quiet', lease, 'origin', `${commit}:${ref}`])
  }

  /** @returns the commit at which the branch stands at its origin */
  async fetch(branch: string): Promise<string> {
    await this.#run(['fetch', '--quiet', '--no-tags', 'origin', `refs/heads/${branch}`])
    return (await this.#run(['rev-parse', 'FETCH_HEAD'])).trim()
  }

  /** Ignored files stay. */
  async resetTo(commit: string): Promise<void> {
    await this.#run(['reset', '--quiet', '--hard', commit])
  }

  /** Runs `work` in a second work tree at HEAD, which is gone afterwards. */
  async inWorktree<T>(folder: string, work: () => Promise<T>): Promise<T> {
    await this.#run(['worktree', 'add', '--quiet', '--detach', folder, 'HEAD'])
    try {
      return await work()
    } finally {
      await this.#run(['worktree', 'remove', '--force', folder])
    }
  }

  async #succeeds(args: string[]): Promise<boolean> {
    return this.#run(args).then(
      () => true,
      () => false,
    )
  }

  /** For that server an empty helper first: whatever else is configured for it is not asked. */
  #credentials(): string[] {
    const key = `credential.${this.#tokenFor}.helper`
    return this.#tokenFor === null ? [] : ['-c', `${key}=`, '-c', `${key}=${TOKEN_HELPER}`]
  }

  #run(args: string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...this.#credentials(), ...args],
        { cwd: this.#dir, maxBuffer: MAX_OUTPUT },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout)
          else reject(new FeedError('store', `git ${args[0]}: ${why(stderr, error)}`))
        },
      )
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
  }
}

/** What git says, without what an address may carry before its host. */
const why = (stderr: string, error: Error): string =>
  (stderr.trim() || error.message.split('\n')[0]!).replace(/(?<=:\/\/)[^@/\s]+@/g, '').slice(0, 400)
