import { isAddress, type Observable } from '../../model/observable.js'
import { CLASS, CLOSING, EDGE_AFTER, TOKEN } from './characters.js'
import { CARRIAGE_RETURN, COLON, ELLIPSIS, HYPHEN, SLASH, TILDE } from './codes.js'
import type { Scan } from './found.js'

/** What looks like a value and is none, by what it is or by what stands around it. */

/** Words beside four numbers that say they count releases, not machines. */
const VERSION_BEFORE =
  /(?:\b(?:v|ver\.?|version(?: ?(?:name|code|no\.?))?|build|release|android|ios|chrome|firefox|safari|windows|sdk|firmware|app|os|openssl|php|java|nginx|apache|bind|dig|curl)|バージョン(?:番号|名|情報)?|アプリ|更新|アップデート|ビルド|リリース)(?:が|は|を|の|も|で|から|:|：|=|\/|「|\s){0,3}$/i
const VERSION_AFTER =
  /^\s*(?:版|章|節|項|以降|以前|以上|未満|(?:に|へ)(?:アップデート|更新|上が|バージョン)|から[\d.\s]+(?:に|へ)|or (?:later|earlier|newer)|is (?:out|released))/i
/** `com.example.app`: the name of an Android package, which begins where a host name ends. */
const PACKAGE_NAME = /^(?:com|jp|net|org|io|kr|cn|android)\.[a-z]/i
/** Letters that mean nothing, and names of examples. */
const PLACEHOLDER = /^(?:(?!www)(.)\1{2,}|example|hoge|foo|random|yourdomain|domain)\./i
/** Letters that stand for others: `docomoXXXX.duckdns.org`, in capitals among small ones. */
const MASKED = /[a-z]-?X{2,}|X{2,}-?[a-z]/
/** `Name.com, Inc.`: a company that is called as its site is. */
const COMPANY_AFTER = /^,?\s*(?:LLC|Inc|Ltd|Limited|Pte|Pty|Corp|Co\.|GmbH|S\.?A\b|B\.?V\b|社|株式会社)/
/** Top-level domains that are file endings too: such a name counts only where it is defanged or has a scheme. */
const FILE_NAME = /^[^.]+\.(?:py|sh|pl|md|so|zip|mov|rs|app)$/i

/** One mark before a name is a bullet; several stand for letters left out. */
export const bulletAt = (text: string, at: number): number =>
  at === 0 && /^[○●◯×](?=[a-z\d])/i.test(text) ? 1 : 0

/** How long the number is that counts a line, `1.name.top` before `2.other.top`; a name may begin with a number as well. */
export function countedBy({ text, line, base }: Scan, value: string, start: number): number {
  const code = value.charCodeAt(0)
  if (code < 0x30 || code > 0x39 || start - line.start >= INDENT) return 0
  const [, digits] = /^(\d{1,2})\.(?=[a-z\d-]*[a-z][a-z\d-]*\.)/i.exec(value) ?? []
  if (digits === undefined || line.text(line.start, start).trim() !== '') return 0
  const around = text.slice(Math.max(0, base - COUNTED_REACH), base + COUNTED_REACH).normalize('NFKC')
  const isCounted = new RegExp(
    `\\n\\s*(?:${Number(digits) - 1}|${Number(digits) + 1})[.)]|^\\s*${Number(digits) - 1}[.)]`,
  )
  return isCounted.test(around) ? digits.length + 1 : 0
}

/** The next line of a list is no further away than this. */
const COUNTED_REACH = 200

/** Crossed out: `~~value~~`. */
export const isStruck = ({ line }: Scan, start: number, end: number): boolean =>
  start - 2 >= line.start &&
  end + 2 <= line.end &&
  line.codes[start - 1] === TILDE &&
  line.codes[start - 2] === TILDE &&
  line.codes[end] === TILDE &&
  line.codes[end + 1] === TILDE

/**
 * A network is context, not an address; `#53` is a resolver's port; the client of a web server's log is a visitor; four
 * bare numbers beside a word of releases are a version.
 */
export function isNoAddress(
  { line }: Scan,
  start: number,
  end: number,
  tail: string,
  isBare: boolean,
): boolean {
  if (/^(?:\/\d{1,3}|#\d+)$/.test(tail)) return true
  if (!isBare) return false
  const after = line.text(end, Math.min(line.end, end + REACH))
  return (
    VERSION_BEFORE.test(line.text(Math.max(line.start, start - REACH), start)) ||
    VERSION_AFTER.test(after) ||
    LOG_AFTER.test(after)
  )
}
/** How far from four numbers a word that says what they are may stand. */
const REACH = 20
const LOG_AFTER = /^ - \S+ \[/

/** Somebody wrote it to stand for any name. */
export const isPlaceholder = (written: string, name: string): boolean =>
  PLACEHOLDER.test(name) || (name !== written && MASKED.test(written))

export const isNoName = (
  { line }: Scan,
  end: number,
  written: string,
  name: string,
  isBare: boolean,
): boolean =>
  isPlaceholder(written, name) ||
  (isBare &&
    (FILE_NAME.test(written) ||
      PACKAGE_NAME.test(written) ||
      (end < line.end && COMPANY_AFTER.test(line.text(end, Math.min(line.end, end + 8))))))

/**
 * A line that ends in a bracketed dot, in a hyphen, or in a scheme with half a name goes on in the next: what stands
 * there first is the other half.
 */
export const isContinued = (scan: Scan, start: number): boolean =>
  scan.base > 0 &&
  start - scan.line.start < INDENT &&
  isBroken(scan) &&
  scan.line.text(scan.line.start, start).trim() === ''

/** Whether the line before this one breaks off within a name. */
function isBroken({ post: { codes }, base, text }: Scan): boolean {
  const isLabel = (code: number | undefined) => (CLASS[code!]! & (TOKEN | EDGE_AFTER)) === TOKEN
  let at = codes[base - 2] === CARRIAGE_RETURN ? base - 3 : base - 2
  if (codes[at] === HYPHEN)
    return /(?:^|\n|:\/\/)[a-z\d-]{5,62}-$/.test(text.slice(Math.max(0, at - 66), at + 1))
  if ((CLASS[codes[at]!]! & CLOSING) !== 0)
    return /[[({]\s?\.\s?[\])}]$/.test(text.slice(Math.max(0, at - 4), at + 1))
  const last = at
  while (at > 1 && base - at < LONGEST_LABEL && isLabel(codes[at]) && codes[at] !== SLASH) at--
  return at < last && at > 1 && codes[at] === SLASH && codes[at - 1] === SLASH && codes[at - 2] === COLON
}
const LONGEST_LABEL = 63

/** `foo.co…`, `165.3.91.2…`: with its end cut off it is another one, and looks whole. */
export function isCut({ post, line }: Scan, { type, value }: Observable, end: number): boolean {
  const at = line.to(end)
  if (at >= post.length || post.codes[at] !== ELLIPSIS) return false
  return isAddress(type) ? /\.\d{1,2}$/.test(value) : /\.[a-z]{2}$/.test(value)
}

/** A line begins at most this far in. */
const INDENT = 20
