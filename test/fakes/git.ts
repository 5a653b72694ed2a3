import { execFileSync } from 'node:child_process'

/** What a commit does to the files of its parent: new content, or null where it deletes; `renames` come first. */
export interface Change {
  /** `2021-07-01T10:00:00Z` */
  date: string
  files?: Record<string, string | Uint8Array | null>
  renames?: Record<string, string>
  /** A second parent, by its SHA; what the merge holds is what the first has, and `files`. */
  merge?: string
}

/** A bare repository that a test writes, by git itself. */
export class GitRepository {
  readonly dir: string

  constructor(dir: string) {
    this.dir = dir
    this.git('init', '--quiet', '--bare', '--initial-branch=main')
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.dir, ...args], { encoding: 'utf8', maxBuffer: 1e9 })
  }

  /**
   * Commits on top of main, or of `from`; null: of nothing, as after `git checkout --orphan`. Main is then there.
   * @returns their SHAs, in order
   */
  commit(changes: Change[], from: string | null = this.#head()): string[] {
    const parts: Uint8Array[] = []
    const write = (text: string | Uint8Array) => parts.push(Buffer.from(text))
    changes.forEach(({ date, files = {}, renames = {}, merge }, n) => {
      write(
        `commit refs/heads/next\nmark :${n + 1}\ncommitter T <t@example.com> ${Date.parse(date) / 1000} +0000\n`,
      )
      write('data 1\nx\n')
      if (n > 0) write(`from :${n}\n`)
      else if (from !== null) write(`from ${from}\n`)
      if (merge !== undefined) write(`merge ${merge}\n`)
      for (const [old, path] of Object.entries(renames)) write(`R "${old}" "${path}"\n`)
      for (const [path, content] of Object.entries(files)) {
        if (content === null) write(`D "${path}"\n`)
        else {
          const bytes = Buffer.from(content)
          write(`M 100644 inline "${path}"\ndata ${bytes.length}\n`)
          write(bytes)
          write('\n')
        }
      }
      write('\n')
    })
    if (from === null) this.git('update-ref', '-d', 'refs/heads/next')
    const input = Buffer.concat(parts)
    execFileSync('git', ['-C', this.dir, 'fast-import', '--quiet', '--force'], { input })
    this.git('update-ref', 'refs/heads/main', 'refs/heads/next')
    const shas = this.git('rev-list', '--reverse', `--max-count=${changes.length}`, 'main')
    return shas.trim().split('\n')
  }

  #head(): string | null {
    return this.git('for-each-ref', '--format=%(objectname)', 'refs/heads/main').trim() || null
  }
}
