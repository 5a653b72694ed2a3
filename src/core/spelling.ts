import type { Role } from '../model/observation.js'

/** Marks that stand for characters left out. */
export const ELIDED = /…|\.\.|[○●◯×]|\*{2}/

/** A port, where it is one. */
export function portOf(digits: string | undefined): number | null {
  const port = Number(digits)
  return port >= 1 && port <= 65_535 ? port : null
}

/** A URL of an Android package, or of code for one, is what is delivered; any other is where people land. */
export const roleOfUrl = (url: string): Role => (PACKAGE.test(url) ? 'payload' : 'landing')
const PACKAGE = /\.(?:apk|dex)(?:[?#]|$)/i
