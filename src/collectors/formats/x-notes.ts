import { z } from 'zod'
import { parseTime, postTime } from '../../core/time.js'

/**
 * A long post in `data/note-tweet.js`. Its id is one of its own, not the post's.
 * Source of the shape, and of joining by time and beginning: the upload of https://github.com/TheExGenesis/community-archive,
 * which takes real archives.
 */
export const NoteTweet = z.object({
  createdAt: z
    .string()
    .transform((text) => parseTime(text))
    .pipe(z.string('no time')),
  core: z.object({
    text: z.string(),
    urls: z.array(z.object({ shortUrl: z.string(), expandedUrl: z.string() })).default([]),
  }),
})
export type NoteTweet = z.infer<typeof NoteTweet>

/** A post is made right after its text, whose time is told in whole seconds. */
const APART_SECONDS = 10

/** Long texts, to be found by their posts. */
export class LongTexts {
  readonly #bySecond = new Map<number, NoteTweet[]>()

  constructor(notes: NoteTweet[]) {
    for (const note of notes) {
      const second = secondOf(note.createdAt)
      const others = this.#bySecond.get(second)
      if (others) others.push(note)
      else this.#bySecond.set(second, [note])
    }
  }

  /** The one text of a post's time that begins as the post does, which is cut short; null where there is not just one. */
  of(id: string, cut: string): NoteTweet | null {
    const at = postTime(id)
    const beginning = letters(cut)
    if (at === null || beginning === '') return null
    const found = Array.from({ length: 2 * APART_SECONDS + 1 }, (_, n) => secondOf(at) + n - APART_SECONDS)
      .flatMap((second) => this.#bySecond.get(second) ?? [])
      .filter(({ core }) => letters(core.text).startsWith(beginning))
    return found.length === 1 ? found[0]! : null
  }
}

const secondOf = (at: string): number => Math.floor(Date.parse(at) / 1_000)

/**
 * What of a text is the same cut or whole, escaped or not: letters and digits, without X's own links, and without the
 * handles that begin a reply, which stand in the post alone.
 */
const letters = (text: string): string =>
  text.replace(/^(?:@\w+\s+)+/, '').replace(/https:\/\/t\.co\/\w+|&(?:amp|lt|gt);|[^\p{L}\p{N}]+/gu, '')
