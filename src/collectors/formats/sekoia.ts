import { z } from 'zod'
import type { ListFormat } from '../../model/ports.js'
import { csv } from './csv.js'

const Options = z.strictObject({})

/** SEKOIA's lists of a campaign, defanged. The comment (`MoqHao C2 server`) says what the values of its rows are. */
export const sekoia: ListFormat<z.infer<typeof Options>> = {
  name: 'sekoia',
  summary: 'SEKOIA: type,ioc,comment, defanged; rows of one comment are one document, the comment its tag',
  options: Options,
  read: (input) => csv.read(input, csv.options.parse({ values: ['ioc'], tag: 'comment' })),
}
