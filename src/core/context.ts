import type { Context, Role } from '../model/observation.js'

/**
 * Words before a value, on its line, that say what it is. The last one before the value counts.
 * Japanese has no word boundaries; English words are held to theirs.
 */
const CUES: [Role | 'indicator', RegExp][] = [
  [
    'reference',
    /正規|公式|本物|本家|参考|出典|引用|詳細|記事|ブログ|ニュース|注意喚起|報告先|相談|通報|被害者|問い合わせ|転送先は正規|\b(?:official|legit(?:imate)?|real|genuine|benign|ref(?:erence)?s?|source|sources|via|see|read|report(?:ed)? (?:at|to)|blog|article|write-?up|news|details?|analysis|sandbox|scan|thanks|credit|cf|victims?|sinkholed?|not malicious|whitelist(?:ed)?|allowlist(?:ed)?|parked|redirects? to(?: the)?(?: real| legit\w*| official)?)\b/giu,
  ],
  [
    'c2',
    /C2|C&C|CnC|通信先|接続先|指令|コマンドサーバ|\b(?:command and control|c2 server|callback|beacons?)\b/giu,
  ],
  ['payload', /ペイロード|本体|検体|\b(?:payload|apk|dropper|sample)\b/giu],
  [
    'indicator',
    /配布|誘導|遷移先|飛び先|リンク先|ダウンロード|フィッシングサイト|偽サイト|不正|悪性|ドメイン|ホスト|アドレス|新しい|稼働|\b(?:iocs?|indicators?|domains?|hosts?|urls?|ips?|landing|distribut\w*|hosted|hosting|download(?:s|ed)?|serv(?:es|ed|ing)|drop(?:s|ped)?|spread\w*|malicious|phish\w*|fake|active|new|live|resolves?)\b/giu,
  ],
]

/** What a line that only lists may hold beside its values: hashtags, short labels; then nothing but signs and digits. */
const TAGS = /[#＃][\p{L}\p{N}_]+/gu
const LABELS =
  /\b(?:ips?|urls?|domains?|hosts?|c2|c&c|apk|md5|sha-?(?:1|256)|hash|port|to|and|on|at|as)\b|ドメイン|アドレス|ホスト|ハッシュ|ポート|および|または/giu
const LETTER = /\p{L}/u
const SIGNS = /^[\s\p{P}\p{S}\d]*$/u

/** A value as the reader found it in a line. */
export interface Placed {
  /** Offsets within the line. */
  start: number
  end: number
  isDefanged: boolean
}

export interface Placement {
  context: Context
  /** What the words before it say it is. */
  role: Role | null
  isAnnounced: boolean
}

/**
 * How a value stands in its line: `defanged` (somebody took care that nobody taps it), `listed` (alone, with other
 * values, or announced), `prose` (a plain word among words). And its role, where the words before it tell.
 */
export function contextsOf(line: string, values: Placed[]): Placement[] {
  let rest = ''
  let done = 0
  for (const { start, end } of values) {
    if (start >= done) rest += `${line.slice(done, start)} `
    done = Math.max(done, end)
  }
  rest += line.slice(done)
  if (!LETTER.test(rest))
    return values.map((value) => ({ context: listed(value, true), role: null, isAnnounced: false }))
  const isList = SIGNS.test(rest.replace(TAGS, '').replace(LABELS, ''))
  return values.map((value) => {
    const cue = lastCue(line.slice(Math.max(0, value.start - CUE_REACH), value.start))
    const isSaid = cue === null || cue === 'indicator' || (cue === 'reference' && value.isDefanged)
    const isAnnounced = cue !== null && cue !== 'reference'
    return {
      context: isAnnounced && !value.isDefanged ? 'listed' : listed(value, isList),
      role: isSaid ? null : cue,
      isAnnounced,
    }
  })
}

const listed = ({ isDefanged }: Placed, isList: boolean): Context =>
  isDefanged ? 'defanged' : isList ? 'listed' : 'prose'

/** A word further away than this says nothing of a value. */
const CUE_REACH = 60

function lastCue(before: string): Role | 'indicator' | null {
  let last: Role | 'indicator' | null = null
  let at = -1
  for (const [role, words] of CUES) {
    words.lastIndex = 0
    for (let match = words.exec(before); match; match = words.exec(before)) {
      if (match.index < at) continue
      last = role
      at = match.index
    }
  }
  return last
}
