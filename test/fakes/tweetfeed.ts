import { randomNumbers } from '../helpers.js'
import { idAt } from './x.js'

const DAY_MS = 86_400_000

/** Where TweetFeed's repository has the file of a day. */
export const dailyPath = (ms: number): string => {
  const day = new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')
  return `${day.slice(0, 4)}/${day.slice(0, 6)}/${day}.csv`
}

/** What one post says, in rows of TweetFeed. */
interface Said {
  handle: string
  tags: string
  /** Type and value of each row. */
  rows: [string, string][]
  /** Values that are read of it; empty: it is nothing of the campaign's. */
  read: string[]
}

/** Kinds of posts, by what makes them the campaign's, or does not. Each number gives values of its own. */
const KINDS: ((n: number) => Said)[] = [
  ...Array.from({ length: 12 }, () => (n: number) => ({
    handle: `stranger${n % 50}`,
    tags: '#phishing #scam',
    rows: [['domain', `shop-${n}.example-list.com`]] as [string, string][],
    read: [],
  })),
  (n) => ({
    handle: 'stranger_tag',
    tags: '#MoqHao',
    rows: [
      ['domain', `tag-${n}.example-list.com`],
      ['domain', `tag-${n}-b.example-list.com`],
    ],
    read: [`tag-${n}.example-list.com`, `tag-${n}-b.example-list.com`],
  }),
  (n) => {
    const name = `${letters(n)}.abcde.xyz`
    return { handle: 'stranger_name', tags: '', rows: [['domain', name]], read: [name] }
  },
  (n) => {
    const address = `31.${n % 200}.${Math.floor(n / 200) % 250}.7`
    const url = `http://${address}:28844/`
    return { handle: 'stranger_port', tags: '', rows: [['url', url]], read: [url, address] }
  },
  ...['MASAOMI346', 'NaomiSuzuki', 'ninoseki'].map((handle) => (n: number): Said => {
    const name = `known-${n}.example-list.com`
    return { handle, tags: '#phishing', rows: [['domain', name]], read: [name] }
  }),
]

/** Seven letters that no other number gives. */
const letters = (n: number): string =>
  n
    .toString(26)
    .padStart(7, '0')
    .replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))

/**
 * Daily files as TweetFeed has them, the same for one seed: some empty, most of posts that are nothing of the campaign's.
 * @returns the files by path, and of each post that concerns the campaign what is read of it
 */
export function dailyFiles(
  count: number,
  { seed = 1, from = '2025-01-01' }: { seed?: number; from?: string } = {},
): { files: Record<string, string>; relevant: Map<string, string[]>; posts: number } {
  const random = randomNumbers(seed)
  const files: Record<string, string> = {}
  const relevant = new Map<string, string[]>()
  let posts = 0
  for (let day = 0; day < count; day++) {
    const start = Date.parse(from) + day * DAY_MS
    const lines: string[] = []
    const most = random() < 0.02 ? 0 : 4 + Math.floor(random() * 20)
    for (let n = 0; n < most; n++) {
      const ms = start + Math.floor(((n + random()) * DAY_MS) / most)
      const { handle, tags, rows, read } = KINDS[Math.floor(random() * KINDS.length)]!(posts++)
      const id = idAt(ms)
      const date = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
      for (const [type, value] of rows)
        lines.push(`${date},${handle},${type},${value},${tags},https://x.com/${handle}/status/${id}\n`)
      if (read.length > 0) relevant.set(`post:${id}`, read.toSorted())
    }
    files[dailyPath(start)] = lines.join('')
  }
  return { files, relevant, posts }
}
