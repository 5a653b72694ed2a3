// Our reader and ioc-extractor, on the same 40,000 posts in the same process, warmed, median of five.
// Ours gives offsets, roles and pairs besides. Fails below three times the peer's speed.
import { extractIOC } from 'ioc-extractor'
import { pairsOfText } from '../dist/core/pairs.js'
import { readText } from '../dist/core/reading/text.js'

const POSTS = 40_000
const ROUNDS = 5
const WANTED = 3

let seed = 20_210_701
const random = (below) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed % below
}
const pick = (items) => items[random(items.length)]
const letters = (count) =>
  Array.from({ length: count }, () => 'abcdefghijklmnopqrstuvwxyz'[random(26)]).join('')
const hex = (count) => Array.from({ length: count }, () => '0123456789abcdef'[random(16)]).join('')
const address = () => [1 + random(220), random(256), random(256), 1 + random(254)]

const HEADS = [
  '【注意喚起】宅配便の不在通知を装うSMSから #MoqHao (Roaming Mantis) に誘導されます。\n「お荷物のお届けにあがりましたが不在の為持ち帰りました。ご確認ください。」\nAndroidの場合は不正アプリ、iPhoneの場合はフィッシングサイトです。絶対にタップしないでください。\n',
  '『NTTドコモ』を騙るスミッシングを確認しました。\n本文：【お知らせ】ご利用料金のお支払い確認が取れておりません。ご確認が必要です。\n新しい配布先は以下の通りです。インストールしてしまった方は機内モードにしてアプリを削除してください。\n',
  'New #MoqHao (Roaming Mantis) landing pages, seen today in Japan. The message pretends to be a parcel notice; on Android it asks to install a fake Chrome update, on iOS it leads to a phishing page.\n',
  '本日のMoqHao\n佐川急便を騙るSMSからの誘導先です。数時間でURLが変わりますが、IPアドレスは変わらないことが多いので、IPアドレスでのブロックが有効です。\n',
]
const NAMES = [
  (name) => `hxxp://${name}.duckdns[.]org`,
  (name) => `${name}[.]duckdns[.]org`,
  (name) => `「hxxps://${name}.duckdns[.]org/」`,
  (name) => `・${name}.duckdns.org`,
]

function post() {
  const names = Array.from({ length: 1 + random(4) }, () => pick(NAMES)(letters(10)))
  const [a, b, c, d] = address()
  const hash = random(5) === 0 ? `\nSHA-256: ${hex(64)}` : ''
  return `${pick(HEADS)}${names.join('\n')}\n→ ${a}.${b}.${c}[.]${d}${hash}\n#MoqHao #スミッシング #phishing`
}

const posts = Array.from({ length: POSTS }, post)
let sink = 0
const ours = (text) => {
  const observations = readText(text)
  sink += observations.length + pairsOfText(text, observations).length
}
const peer = (text) => {
  sink += extractIOC(text).domains.length
}

function postsPerSecond(read) {
  const started = performance.now()
  for (const text of posts) read(text)
  return (POSTS / (performance.now() - started)) * 1000
}

const rounds = { ours: [], peer: [] }
for (const text of posts.slice(0, 4_000)) {
  ours(text)
  peer(text)
}
// In turns, so that both meet the same machine.
for (let round = 0; round < ROUNDS; round++) {
  rounds.ours.push(postsPerSecond(ours))
  rounds.peer.push(postsPerSecond(peer))
}
const median = (figures) => Math.round([...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)])
const [fast, slow] = [median(rounds.ours), median(rounds.peer)]
console.log(
  `read: ours ${fast} posts/s, ioc-extractor 8.2 ${slow} posts/s, ${(fast / slow).toFixed(1)} times (wanted: ${WANTED}); ${sink} values`,
)
process.exitCode = fast >= WANTED * slow ? 0 : 1
