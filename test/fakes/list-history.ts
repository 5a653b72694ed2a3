import { randomNumbers } from '../helpers.js'
import type { Change } from './git.js'

export const PATH = 'lists/moqhao domains.txt'

/** Its entry in feed.config.json. */
export const LIST = {
  type: 'github-list',
  name: 'fake',
  title: 'Fake',
  reporter: 'Fake',
  licence: 'MIT',
  cumulative: true,
  owner: 'fake',
  repo: 'lists',
  path: PATH,
  format: 'plain',
  history: { commits: 500 },
}

/** Commits that add, remove and re-add lines, some in prose and some of other files. */
export function randomHistory(count: number): Change[] {
  const random = randomNumbers(42)
  const names = Array.from({ length: 400 }, (_, n) =>
    n % 5 === 0 ? `31.${n % 200}.7.${n % 100}` : `name-${n}.example-list.com`,
  )
  const listed = new Set<string>(names.slice(0, 3))
  let time = Date.parse('2021-03-01T00:00:00Z')
  return Array.from({ length: count }, (_, n) => {
    time += 1000 * Math.ceil(random() * 200_000)
    const date = new Date(time).toISOString()
    if (n > 0 && n % 37 === 0) return { date, files: { 'README.md': `${n}\n` } }
    for (const name of listed) if (random() < 0.02) listed.delete(name)
    for (const name of names) if (random() < 0.008) listed.add(name)
    return { date, files: { [PATH]: `# state ${n}\n${[...listed].join('\n')}\n` } }
  })
}
