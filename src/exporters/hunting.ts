import type { Exporter } from '../model/ports.js'
import { lines } from './text.js'

/** How the campaign spells its names, for searching logs: a lead, where a blocklist would hit the innocent. */
export const hunting: Exporter = {
  names: ['hunting'],
  summary:
    'hunting/patterns.txt: expressions for searching logs, each with its years and what else it matches',
  render: ({ profile }) => [
    {
      path: 'hunting/patterns.txt',
      mediaType: 'text/plain; charset=utf-8',
      entries: profile.hosts.length,
      body: lines([
        '# For searching logs, never for blocking. Host names, one a line:',
        "# grep -v '^#' patterns.txt | grep -Ef - names.txt",
        ...profile.hosts.flatMap(({ id, pattern, from, until, false_matches }) => [
          `# ${id}: ${from} to ${until}${false_matches ? `; also matches: ${false_matches}` : ''}`,
          toExtended(pattern),
        ]),
      ]),
    },
  ],
}

/** The same expression for grep -E (POSIX extended), which knows neither `(?:` nor `\d`. */
const toExtended = (pattern: string): string => pattern.replaceAll('(?:', '(').replaceAll('\\d', '[0-9]')
