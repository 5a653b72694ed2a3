import { readFileSync } from 'node:fs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export const VERSION = version

/** Says truthfully who asks. */
export const USER_AGENT = `moqhao-feed/${version}`
