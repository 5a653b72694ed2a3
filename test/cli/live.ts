import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { type Answer, PASSING } from '../fakes/faults.js'
import { folder } from '../helpers.js'

const BIN = join(PACKAGE_ROOT, 'dist/cli/bin.js')

/** What the environment may hold that a fake wants; no proxy stands before this machine. */
const ENV = { NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1', MOQHAO_RETRIES: '0' }

/** A working folder with one source. */
export function configured(source: object): string {
  const dir = folder()
  writeFileSync(join(dir, 'feed.config.json'), JSON.stringify({ sources: [source] }))
  return dir
}

/** A process of the built command line, collecting. */
export function start(
  dir: string,
  env: Record<string, string>,
): { child: ChildProcess; ended: Promise<number | null>; output: () => string } {
  const args = [BIN, '--dir', dir, '--no-progress', 'collect', '--strict']
  const child = spawn(process.execPath, args, { env: { ...process.env, ...ENV, ...env } })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    output: () => text,
  }
}

/** Kills -9 at moments that random numbers choose: before an answer, or while what it says is stored. */
export class Killer {
  kills = 0
  #running: ChildProcess | null = null
  readonly #next: () => number
  readonly #most: number
  readonly #chance: number

  /** @param chance of each moment */
  constructor(next: () => number, { most, chance }: { most: number; chance: number }) {
    this.#next = next
    this.#most = most
    this.#chance = chance
  }

  beforeAnswer(): void {
    if (this.#next() < 0.5 && this.#isTime()) this.#kill()
  }

  afterAnswer(): void {
    if (this.#isTime()) setTimeout(() => this.#kill(), this.#next() * 8)
  }

  /** Starts again whoever was killed, until one ends by itself, and well. */
  async untilDone(again: () => ReturnType<typeof start>): Promise<void> {
    for (let code: number | null = null; code !== 0; ) {
      const { child, ended, output } = again()
      this.#running = child
      code = await ended
      if (code !== 0 && code !== null) throw new Error(output())
    }
  }

  #isTime(): boolean {
    return this.kills < this.#most && this.#next() < this.#chance
  }

  #kill(): void {
    this.kills++
    this.#running?.kill('SIGKILL')
  }
}

/** A fifth of all answers go wrong. */
export const aFifth = (next: () => number) => (): Answer | null =>
  next() < 0.2 ? PASSING[Math.floor(next() * PASSING.length)]! : null

/**
 * Runs again and again until nothing goes wrong.
 * @returns what the runs said in which something did
 */
export async function failuresUntilDone(
  most: number,
  again: () => ReturnType<typeof start>,
): Promise<string[]> {
  const said: string[] = []
  while (said.length < most) {
    const { ended, output } = again()
    const code = await ended
    expect([0, 5]).toContain(code)
    expect(output()).not.toContain('canary')
    if (code === 0) return said
    said.push(output())
  }
  throw new Error(`not done after ${most} runs: ${said.at(-1)}`)
}
