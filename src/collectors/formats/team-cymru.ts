import { z } from 'zod'
import type { ListFormat } from '../../model/ports.js'
import { csv } from './csv.js'

const Options = z.strictObject({})

/** Team Cymru's list of first-stage servers: each row a name on an address and the last day it was seen. */
export const teamCymru: ListFormat<z.infer<typeof Options>> = {
  name: 'team-cymru',
  summary:
    'Team Cymru: domain,ip_address,last_seen; each row a pair, seen on its day, reported with the list',
  options: Options,
  read: (input) =>
    csv.read(
      input,
      csv.options.parse({ values: ['domain', 'ip_address'], paired: true, last_seen: 'last_seen' }),
    ),
}
