import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/app/workspace.js'
import { folder } from '../helpers.js'

// The built program as a process of its own (npm test builds it first): what a test inside one process cannot show.
const BIN = join(PACKAGE_ROOT, 'dist/cli/bin.js')
// Nobody listens there: the network is closed to these processes too.
const env = { ...process.env, GITHUB_API_URL: 'http://127.0.0.1:9' }

it('runs from a path with a space, and through a link', () => {
  const dir = folder()
  const spaced = join(dir, 'my projects 計画')
  mkdirSync(spaced)
  for (const name of ['dist', 'package.json', 'feed.config.json', 'profiles', 'guards', 'migrations'])
    cpSync(join(PACKAGE_ROOT, name), join(spaced, name), { recursive: true })
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(spaced, 'node_modules'))
  symlinkSync(BIN, join(dir, 'link.js'))
  for (const path of [join(spaced, 'dist/cli/bin.js'), join(dir, 'link.js')])
    expect(spawnSync(process.execPath, [path, '--version'], { encoding: 'utf8' }).stdout).toBe('0.1.0\n')
})

it('imports from a pipe', () => {
  const dir = folder()
  const { stdout, status } = spawnSync(
    'bash',
    [
      '-c',
      `"${process.execPath}" "${BIN}" --dir "${dir}" import --json <(printf 'evil-one.com\\n23.1.2.3\\n')`,
    ],
    { encoding: 'utf8' },
  )
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([{ newObservations: 2 }])
})

it('refuses a device', () => {
  expect(
    spawnSync(process.execPath, [BIN, '--dir', folder(), 'import', '/dev/zero'], { encoding: 'utf8' }),
  ).toMatchObject({ status: 1, stderr: expect.stringContaining('/dev/zero: a device') })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('ends on %s while it waits for its input', async (signal, code) => {
  const child = spawn(process.execPath, [BIN, '--dir', folder(), 'read'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.write('{"id":"1","text":"x"}\n')
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill(signal)
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(code)
})

it('a reader that has seen enough is no error', () => {
  const script = `"${process.execPath}" "${BIN}" export --dir "${folder()}" --only readme | head -1; echo "\${PIPESTATUS[0]}"`
  expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' })).toMatchObject({
    stdout: '# MoqHao indicators\n0\n',
    stderr: '',
  })
})

it('several at once in an empty folder: one works, the others leave', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'feed.config.json'), '{"sources": []}')
  const codes = await Promise.all(
    [1, 2, 3, 4].map(
      () =>
        new Promise((resolve) =>
          spawn(process.execPath, [BIN, '--dir', dir, 'run'], { stdio: 'ignore', env }).once('exit', resolve),
        ),
    ),
  )
  expect(codes.filter((code) => code !== 0 && code !== 4)).toEqual([])
  expect(codes).toContain(0)
})

it('a killed run leaves nothing that the next does not mend', async () => {
  const dir = folder()
  for (const delay of [400, 700, 900, 1_100]) {
    const child = spawn(process.execPath, [BIN, '--dir', dir, 'run'], { stdio: 'ignore', env })
    await new Promise((resolve) => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  expect(spawnSync(process.execPath, [BIN, '--dir', dir, 'run'], { env }).status).toBe(0)
  const files = readdirSync(join(dir, 'feeds'), { recursive: true }).map(String)
  expect(files.filter((path) => path.includes('.tmp-'))).toEqual([])
  expect(spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: join(dir, 'feeds') }).status).toBe(0)
  expect(existsSync(join(dir, 'feeds/manifest.json'))).toBe(true)
  expect(readFileSync(join(dir, 'feeds/ips-all.txt'), 'utf8')).toContain('103.80.134.153\n')
})
