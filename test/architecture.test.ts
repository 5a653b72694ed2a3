import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PACKAGE_ROOT } from '../src/app/workspace.js'

const SRC = join(PACKAGE_ROOT, 'src')
const files = readdirSync(SRC, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }))
const imports = (text: string) =>
  [...text.matchAll(/^(?:import|export)[^'"]*from '([^']+)'/gm)].map(([, from]) => from!)
const folderOf = (path: string) => (path.includes('/') ? path.split('/')[0]! : path.replace('.ts', ''))

/** Which folder may import which others of ours. */
const MAY: Record<string, string[]> = {
  errors: [],
  model: [],
  core: ['model', 'errors'],
  collectors: ['model', 'core', 'errors'],
  store: ['model', 'errors'],
  exporters: ['model', 'core', 'errors'],
  publish: ['model', 'core', 'errors'],
  config: ['collectors', 'core', 'errors', 'model'],
  app: ['collectors', 'config', 'core', 'errors', 'exporters', 'model', 'publish', 'store'],
  cli: ['app', 'collectors', 'config', 'core', 'errors', 'exporters', 'model', 'publish'],
  index: ['app', 'collectors', 'config', 'core', 'errors', 'exporters', 'model', 'publish', 'store'],
}

it.each(files)('$path imports only what its folder may', ({ path, text }) => {
  const own = folderOf(path)
  const depth = path.split('/').length - 1
  const foreign = imports(text)
    .filter((from) => from.startsWith('.'))
    .map((from) => folderOf(join(...path.split('/').slice(0, depth), from).replace(/\.js$/, '.ts')))
    .filter((folder) => folder !== own)
  expect(foreign.filter((folder) => !MAY[own]?.includes(folder))).toEqual([])
})

it.each(files.filter(({ path }) => ['model', 'core', 'exporters'].includes(folderOf(path))))(
  '$path is pure',
  ({ text }) => {
    expect(text).not.toMatch(
      /node:(?:fs|net|https?|child_process|os)|better-sqlite3|process\.|Date\.now\(\)|new Date\(\)|Math\.random/,
    )
  },
)

it('the model imports zod, and SHA-1 for the ids of STIX, and nothing else', () => {
  const outside = files
    .filter(({ path }) => folderOf(path) === 'model')
    .flatMap(({ text }) => imports(text))
    .filter((from) => !from.startsWith('.'))
  expect(new Set(outside)).toEqual(new Set(['zod', 'node:crypto']))
})

it('the environment is read in one place', () => {
  expect(files.filter(({ text }) => text.includes('process.env')).map(({ path }) => path)).toEqual([
    'config.ts',
  ])
})
