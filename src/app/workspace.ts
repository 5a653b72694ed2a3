import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  createReadStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Config, describe, parseConfig, policyOf } from '../config.js'
import { compileGuards, type Guards } from '../core/guards.js'
import type { Policy } from '../core/policy.js'
import { compilePopular, type Popular } from '../core/popular.js'
import { FeedError } from '../errors.js'
import { Canaries } from '../model/canaries.js'
import type { Instant } from '../model/document.js'
import { GuardList } from '../model/guard.js'
import type { OpenFile, Store } from '../model/ports.js'
import { Profile } from '../model/profile.js'
import { openStore } from '../store/sqlite.js'
import { readDecisions } from './decisions.js'

/** Where the package lies: its migrations, archive, profiles, guards and default configuration. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A database that is gone when it is closed. */
export const openMemory = (): Store => openStore(':memory:', join(PACKAGE_ROOT, 'migrations'))

export interface WorkspaceOptions {
  dir: string
  /** A configuration elsewhere than in the working folder. */
  config?: string | undefined
  now: () => Instant
  env: (name: string) => string | undefined
}

/** A working folder: `feed.db`, `feeds/`, `decisions.csv`, `feed.config.json`; what it lacks comes from the package. */
export interface Workspace {
  dir: string
  /** What it was opened with. */
  options: WorkspaceOptions
  feeds: string
  decisionsPath: string
  /** The configuration file of the folder, which need not be there. */
  configPath: string
  /** The package's own configuration, as written. */
  shipped: string
  config: Config
  policy: Policy
  canaries: Canaries
  now: () => Instant
  env: (name: string) => string | undefined
  /** Opens the database at the first call. */
  store: () => Store
  open: (path: string) => Promise<OpenFile>
  /** Names of the files in a folder below `dir`; none where there is no such folder. */
  list: (path: string) => Promise<string[]>
  close: () => Promise<void>
}

/** @throws {FeedError} `config` or `store`, naming file, field and value */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { dir, config: configPath, now, env } = options
  const root = resolve(dir)
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new FeedError('store', `${dir}: no such folder; make it, or give another --dir`)
  const shipped = readFileSync(join(PACKAGE_ROOT, 'feed.config.json'), 'utf8')
  const ownConfig = configPath === undefined ? join(root, 'feed.config.json') : resolve(configPath)
  const config = readConfig(root, configPath, ownConfig, shipped)
  const decisionsPath = join(root, 'decisions.csv')
  const policy: Policy = {
    ...policyOf(config),
    profile: readJson(locate(root, config.profile), Profile),
    ...whenAsked,
    decisions: readDecisions(decisionsPath, config),
  }
  let store: Store | null = null
  return {
    dir: root,
    options,
    feeds: join(root, 'feeds'),
    decisionsPath,
    configPath: ownConfig,
    shipped,
    config,
    policy,
    canaries:
      config.canaries === null
        ? { survive: [], never: [] }
        : readJson(locate(root, config.canaries), Canaries),
    now,
    env,
    store: () => {
      store ??= openStore(join(root, 'feed.db'), join(PACKAGE_ROOT, 'migrations'))
      return store
    },
    open: (path) => openFile(locate(root, path), path),
    list: async (path) => filesIn(resolve(root, path), path),
    close: async () => store?.close(),
  }
}

function readConfig(root: string, path: string | undefined, own: string, shipped: string): Config {
  const defaults = { name: 'feed.config.json of the package', text: shipped }
  if (path === undefined && (!existsSync(own) || resolve(root) === resolve(PACKAGE_ROOT)))
    return parseConfig(defaults, null)
  if (!existsSync(own)) throw new FeedError('config', `${path}: no such file`)
  return parseConfig(defaults, { name: path ?? own, text: readFileSync(own, 'utf8') })
}

/** A file of the working folder, else of the package. */
function locate(root: string, path: string): string {
  const here = resolve(root, path)
  if (existsSync(here)) return here
  const shipped = join(PACKAGE_ROOT, path)
  if (existsSync(shipped)) return shipped
  throw new FeedError('config', `${path}: no such file, neither in ${root} nor in the package`)
}

/** Links, pipes and folders are no files. */
function filesIn(folder: string, name: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new FeedError('config', `${name}: cannot be listed (${code}); a folder is wanted`)
  }
}

function readJson<T>(
  path: string,
  schema: {
    safeParse: (
      value: unknown,
    ) => { success: true; data: T } | { success: false; error: { issues: unknown[] } }
  },
): T {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new FeedError('config', `${path}: not JSON: ${(error as Error).message.split('\n')[0]}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new FeedError(
    'config',
    `${path}: ${describe(parsed.error.issues[0] as Parameters<typeof describe>[0], value)}`,
  )
}

interface Guarding {
  guards: Guards
  popular: Popular
}

/** Of the package, so the same for every workspace of a process. */
let guarding: Guarding | null = null

/** Most commands ask no guard: reading hundreds of thousands of entries waits for the first that does. */
const whenAsked: Guarding = {
  guards: (observable) => made().guards(observable),
  popular: {
    has: (domain) => made().popular.has(domain),
    likeness: (label) => made().popular.likeness(label),
  },
}

function made(): Guarding {
  if (guarding) return guarding
  const lists = readGuards()
  const entries = (isWanted: (list: GuardList) => boolean) =>
    lists.filter(isWanted).flatMap((list) => list.entries)
  guarding = {
    guards: compileGuards(lists),
    popular: compilePopular(
      entries(({ match, effect }) => match === 'suffix' && effect === 'deny'),
      entries(({ effect }) => effect === 'untied'),
    ),
  }
  return guarding
}

function readGuards(): GuardList[] {
  const folder = join(PACKAGE_ROOT, 'guards')
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
  return names.map((name) => readJson(join(folder, name), GuardList))
}

/**
 * A file that is there and can be read.
 * @throws {FeedError} `input`
 */
export function readableFile(
  path: string,
  name: string,
): { size: number; isPipe: boolean; bytes: () => AsyncIterable<Uint8Array> } {
  try {
    accessSync(path, constants.R_OK)
    const status = statSync(path)
    if (!status.isFile() && !status.isFIFO())
      throw new FeedError(
        'input',
        `${name}: ${status.isDirectory() ? 'a folder' : 'a device'}; a file is wanted`,
      )
    return { size: status.size, isPipe: status.isFIFO(), bytes: () => createReadStream(path) }
  } catch (error) {
    if (error instanceof FeedError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new FeedError(
      'input',
      `${name}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`,
    )
  }
}

/** A file with its checksum. Read twice: once for the checksum, once for its content; memory stays bounded. */
export async function openFile(path: string, name: string): Promise<OpenFile> {
  const { size, bytes } = readableFile(path, name)
  const hash = createHash('sha256')
  for await (const chunk of bytes()) hash.update(chunk)
  const beside = async (other: string): Promise<OpenFile | null> => {
    const neighbour = join(dirname(path), other)
    const isFile = lstatSync(neighbour, { throwIfNoEntry: false })?.isFile() ?? false
    return isFile ? openFile(neighbour, join(dirname(name), other)) : null
  }
  return { name, size, sha256: hash.digest('hex'), bytes, beside }
}
