import { isAddress, type Observable } from '../../model/observable.js'
import type { Context, Role } from '../../model/observation.js'

/** What words say of a value: its role, or only that it is meant. */
type Cue = Role | 'indicator'

/**
 * Words before a value, on its line, that say what it is. The last one before the value counts.
 * Japanese has no word boundaries; English words are held to theirs.
 */
const CUES: [Cue, RegExp][] = [
  [
    'reference',
    /(?:正規|公式|本物|本家)の?(?:ドメイン|サイト|ホスト|アドレス|リンク)?|参考|出典|引用|詳細|記事|ブログ|ニュース|注意喚起|報告先|相談|通報|被害|感染(?:端末|者)|利用者の|回線|問い合わせ|レジストラ|例えば|例[:：]|誤報|誤検知|訂正|シンクホール|リゾルバ|解説|証明書|署名|フィンガープリント|まとめ|資料|論文|スライド|プレスリリース|お名前|\b(?:official|legit(?:imate)?|real|genuine|benign|ref(?:erence)?s?|source|sources|via|see|read|report(?:ed)? (?:at|to)|blog|article|write-?up|news|details?|analysis|sandbox|scan|thanks|credit|cf|victims?|infected|customers?|clients?|visitors?|sinkhole[sd]?|registrars?|resolvers?|nameservers?|e\.g|for example|retract\w*|cert(?:ificate)?s?|signer|fingerprint|thumbprint|commit|ja3s?|false positives?|not malicious|whitelist(?:ed)?|allowlist(?:ed)?|parked|redirects? to(?: the)?(?: real| legit\w*| official)?)\b/giu,
  ],
  ['c2', /C2|C&C|CnC|通信先|指令|コマンドサーバ|\b(?:command and control|c2 server|callback|beacons?)\b/giu],
  ['payload', /ペイロード|本体|検体|\b(?:payload|apk|dropper|sample)\b/giu],
  [
    'indicator',
    /配布|誘導|遷移先|飛び先|リンク先|接続先|ダウンロード|フィッシングサイト|偽サイト|不正|悪性|ドメイン|ホスト|アドレス|新しい|稼働|偽|\b(?:iocs?|indicators?|domains?|hosts?|urls?|ips?|address(?:es)?|landing|distribut\w*|hosted|hosting|download(?:s|ed)?|serv(?:es|ed|ing)|drop(?:s|ped)?|spread\w*|malicious|phish\w*|fake|active|new|live|resolves?)\b/giu,
  ],
]

/**
 * Words right before a value that say, even of one that is defanged, that it is not what is reported: the genuine site, a
 * victim, a sinkhole, an error. (Further away they may tell what a value pretends to be.)
 */
const NOT_REPORTED =
  /(?:(?:正規|公式|本物)の?(?:ドメイン|サイト|ホスト|URL)?|誤報|誤検知|訂正|被害者の?(?:端末)?|感染(?:端末|者)の?|シンクホール|\b(?:false positives?|retract(?:ed|ion)?|not malicious|victims?|infected(?: \w+)?|customers?|sinkhole[sd]?|honeypots?|legit(?:imate)?(?: \w+)?|official(?: \w+)?))(?:でした|です|は|が|の|[\s:：=「『(（]|\b(?:at|on|is|was)\b){0,6}$/iu

/** Words right after a value that take it back, or say that it is somebody else's. */
const TAKEN_BACK =
  /^[\s」』)）"'`*~、,]{0,4}(?:(?:は|が|も|[(（←])\s*(?:正規|公式|本物|別(?:の人|人|物|件|の)|被害|シンクホール|legit|official|genuine|benign|sinkhole)|(?:は|が|も|[(（←–—-])?\s*(?:誤報|誤検知|無関係|無害|問題あり?(?:ません|ない)|安全です|説明用|例です|ダミー|false positive|not malicious)|のような|みたいな|という形式|(?:is|are|was|were)\s+(?:an?\s+|the\s+)?(?:legit\w*|official|genuine|benign|false positives?|not malicious|sinkhol\w*|victims?|clean|safe|unrelated))/iu
/** `1.2.3.4 (MoqHao C2)`, `1.2.3.4,C2 server`: what an address is, said after it. */
const C2_AFTER = /^(?::\d{1,5})?[\s,、;|(（:：-]{1,4}(?:[\p{L}#]{1,14} ){0,2}(?:C2|C&C|CnC)(?![\p{L}\d])/iu

/** What a line that only lists may hold beside its values: hashtags, short labels; then nothing but signs and digits. */
const TAGS = /[#＃][\p{L}\p{N}_]+/gu
const LABELS =
  /\b(?:ips?|urls?|domains?|hosts?|c2|c&c|apk|md5|sha-?(?:1|256)|hash|port|to|and|on|at|as)\b|ドメイン|アドレス|ホスト|ハッシュ|ポート|および|または/giu
const LETTER = /\p{L}/u
const SIGNS = /^[\s\p{P}\p{S}\d]*$/u

/** Words right before an address that say it is where something stands. */
const STANDS_ON = /\b(?:on|at|behind|trying|IN\s+A{1,4})\s*$/i
/** What a hash is called, right before it. */
const HASH_LABEL = /(?:md5|sha-?\d*|hash(?:es)?|ハッシュ(?:値)?)[\s)）\]:：=＝はが]*["'「]?$/i
/** Values in a row, with nothing between them but signs, are a list where there are that many. */
const ROW = 3

/** A value as the reader found it in a line. */
export interface Placed {
  observation: Observable
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
 * values, or announced), `prose` (a plain word among words). And its role, where the words around it tell.
 * @param line one that holds words; without, there is nothing to tell
 */
export function contextsOf(line: string, values: Placed[]): Placement[] {
  let rest = ''
  let done = 0
  for (const { start, end } of values) {
    if (start >= done) rest += `${line.slice(done, start)} `
    done = Math.max(done, end)
  }
  rest += line.slice(done)
  const isList = SIGNS.test(rest.replace(TAGS, '').replace(LABELS, ''))
  return rowsOf(line, values).flatMap((row) => placeRow(line, row, isList))
}

/** Values with nothing but signs between them: what is said of the first or the last is said of all. */
function rowsOf(line: string, values: Placed[]): Placed[][] {
  const rows: Placed[][] = []
  let end = 0
  for (const value of values) {
    const row = rows.at(-1)
    if (row && !LETTER.test(line.slice(end, value.start))) row.push(value)
    else rows.push([value])
    end = Math.max(end, value.end)
  }
  return rows
}

function placeRow(line: string, row: Placed[], isList: boolean): Placement[] {
  const [first] = row as [Placed]
  const end = row.reduce((most, value) => Math.max(most, value.end), 0)
  const before = line.slice(Math.max(0, first.start - CUE_REACH), first.start)
  const after = line.slice(end, end + CUE_REACH)
  const isTakenBack = TAKEN_BACK.test(after) || NOT_REPORTED.test(before)
  const cue = isTakenBack ? 'reference' : cueOf(first.observation, before, after)
  const isAnnounced = cue !== null && cue !== 'reference'
  const isListed = isList || isAnnounced || (cue === null && row.length >= ROW)
  return row.map(({ isDefanged }) => ({
    context: isDefanged ? 'defanged' : isListed ? 'listed' : 'prose',
    role: cue === 'indicator' || (cue === 'reference' && isDefanged && !isTakenBack) ? null : cue,
    isAnnounced,
  }))
}

function cueOf({ type }: Observable, before: string, after: string): Cue | null {
  // A hash is no word of any prose: what it is called says that it is meant, if nothing before says whose.
  if (type === 'file')
    return lastCue(before.replace(HASH_LABEL, '')) ?? (HASH_LABEL.test(before) ? 'indicator' : null)
  const cue = lastCue(before)
  if (!isAddress(type) || cue === 'reference') return cue
  return C2_AFTER.test(after) ? 'c2' : STANDS_ON.test(before) ? 'indicator' : cue
}

/** A word further away than this says nothing of a value. */
const CUE_REACH = 60

function lastCue(before: string): Cue | null {
  let last: Cue | null = null
  let at = -1
  for (const [role, words] of CUES) {
    words.lastIndex = 0
    for (let match = words.exec(before); match; match = words.exec(before)) {
      const end = match.index + match[0].length
      if (end <= at) continue
      last = role
      at = end
    }
  }
  return last
}
