import { isAddress, type Observable } from '../../model/observable.js'
import type { Context, Role } from '../../model/observation.js'
import { joinsAddress, joinsName, LONGEST_JOINT } from './joints.js'

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
  /(?:(?:正規|公式|本物)の?(?:ドメイン|サイト|ホスト|URL)?|誤報|誤検知|訂正|被害者の?(?:端末)?|感染(?:端末|者)の?|シンクホール|\b(?:false positives?|retract(?:ed|ion)?|not malicious|victims?|infected(?: \w+)?|customers?|sinkhole[sd]?|honeypots?|legit(?:imate)?(?: \w+)?|official(?: \w+)?)|ハニーポット|피해자|감염자|허니팟|受害(?:者|人|机|主机)|蜜罐)(?:'s|の|의|的)?(?:\s?(?:IP(?:\s?(?:address(?:es)?|アドレス|주소|地址|位址))?|アドレス|주소|地址)(?![a-z]))?(?:でした|です|は|が|の|[\s:：=「『(（]|\b(?:at|on|is|was)\b){0,6}$/iu

/** Words right before an address that nobody defanged that say it is one through which somebody looked, or came. */
const SOMEBODY_ELSES =
  /(?:\b(?:my|our|prox(?:y|ies)|vpn|exit node|visitor|source|client|crawler|scanner)|プロキシ(?:サーバー?)?|踏み台|自分|自宅|(?:接続|送信|アクセス)元|프록시|출발지|접속자|代理(?:服务器|伺服器)?|来源|來源|访客)(?:'s|の|의|的)?(?:\s?(?:IP(?:\s?(?:address(?:es)?|アドレス|주소|地址|位址))?|アドレス|주소|地址))?(?:\s?(?:は|が|는|은|가|是|为|\b(?:at|is|was)\b)|[\s:：=「『(（]){0,4}$/iu

/** What an address is called, or what says that something stands on it, right before it. */
const LABEL =
  /(?:(?<!\w)(?:IP(?:v[46])?(?:\s?addr(?:ess)?(?:es)?)?s?|(?:host(?:ed|ing)?|located|stands?|runs?|running|served|lives?)\s+(?:on|at|by|from|ip)|behind|(?:all|both|domains?|names?|sites?|pages?|[#＃][\w-]+)\s+(?:on|at)|IN\s+A{1,4}|A{1,4}[\s-]?records?|resol(?:ve[sd]?|ving|ution)(?:\s+(?:to|as|at))?|point(?:s|ed|ing)?\s+(?:to|at))|(?:IP\s?)?アドレス|IPv?[46]?\s?(?:주소|地址|位址)|주소|地址|位址|A{1,4}\s?(?:レコード|레코드|记录|記錄)|名前解決(?:先|結果)?|解決先|ホスト先|サーバー?|いずれも|どちらも|すべて|全て|全部|해석|서버|호스팅|解析(?:到|至|为|為|结果|結果)?|指向|服务器|伺服器|托管(?:在|于)?)(?:\s?(?:は|が|も|には?|で|는|은|가|이|是|为|為|在|\b(?:is|are|was|of|to|on|at)\b)|[\s:：=＝–—>→⇒"'`「『“(（［[-]){0,5}$/iu

/** What announces a list of any kind, right before it. */
const LIST_LABEL = /\b(?:iocs?|indicators?)\s?[:：]\s*$/iu

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
  /** Of an address: it stands in a list, or what stands around it says that it is a server's. */
  isTold: boolean
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
  let before: Placed | null = null
  return rowsOf(line, values).flatMap((row, n, rows) => {
    const placed = placeRow({ line, row, before, after: rows[n + 1]?.[0] ?? null, isList })
    before = row.at(-1)!
    return placed
  })
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

interface PlacedRow {
  line: string
  row: Placed[]
  /** The values on either side of it. */
  before: Placed | null
  after: Placed | null
  /** The line holds nothing but values and what they are called. */
  isList: boolean
}

function placeRow(placed: PlacedRow): Placement[] {
  const { line, row, isList } = placed
  const [first] = row as [Placed]
  const end = row.reduce((most, value) => Math.max(most, value.end), 0)
  const before = line.slice(Math.max(0, first.start - CUE_REACH), first.start)
  const after = line.slice(end, end + CUE_REACH)
  const isTakenBack = TAKEN_BACK.test(after) || NOT_REPORTED.test(before)
  const startsWithAddress = isAddress(first.observation.type)
  const isElse = isTakenBack || (startsWithAddress && SOMEBODY_ELSES.test(before))
  const cue = isElse ? 'reference' : cueOf(first.observation, before, after)
  const isAnnounced = cue !== null && cue !== 'reference'
  const isRow = isList || LIST_LABEL.test(before) || (cue === null && row.length >= ROW)
  const isLabelled = startsWithAddress && cue !== 'reference' && LABEL.test(before)
  return row.map((value, n) => {
    const { isDefanged, observation } = value
    const isTold =
      isAddress(observation.type) &&
      (isRow || isLabelled || cue === 'c2' || (cue !== 'reference' && isJoined(placed, n)))
    return {
      context: isDefanged ? 'defanged' : isRow || isAnnounced || isLabelled ? 'listed' : 'prose',
      role: cue === 'indicator' || (cue === 'reference' && isDefanged && !isTakenBack) ? null : cue,
      isAnnounced,
      isTold,
    }
  })
}

/** Whether an address of a row is joined to the name beside it, or its row is one of several values that are announced. */
function isJoined({ line, row, before, after }: PlacedRow, n: number): boolean {
  const { start, end } = row[n]!
  const isName = (value: Placed | null): value is Placed =>
    value !== null && value.observation.type === 'domain-name'
  const previous = row[n - 1] ?? before
  const next = row[n + 1] ?? after
  return (
    row.length >= ROW ||
    (isName(previous) &&
      start - previous.end <= LONGEST_JOINT &&
      joinsAddress(line.slice(previous.end, start))) ||
    (isName(next) && next.start - end <= LONGEST_JOINT && joinsName(line.slice(end, next.start)))
  )
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
