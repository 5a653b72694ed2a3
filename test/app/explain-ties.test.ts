import { beforeAll, expect, test } from 'vitest'
import { cli, lastingFolder } from '../helpers.js'

// Over the whole archive, where the large sections stand.
const dir = lastingFolder()
beforeAll(async () => {
  expect((await cli(['collect', 'team-cymru-study', 'archive', '--dir', dir])).code).toBe(0)
}, 120_000)

test.each([
  ['a name by the address that its section is about', 'aqpee.com'],
  ['a name by the network of that address', 'amoqw.xyz'],
  ['a name below a registered domain of the operator', '3z6.ycxfw.com'],
  ['an address by its network, watched: nobody else vouches for a name on it', '91.204.226.224'],
  ['a member that fits its section badly', 'ayapple.com'],
  ['a value of a section that cites a post, which the post does not name', 'brffb.com'],
  ['a watched value: of a brand’s kit on the network of the campaign', 'aeoneb.com'],
])(
  '%s: %s',
  async (_, value) => {
    const { code, stdout } = await cli(['explain', '--dir', dir, value])
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot(`../golden/explain-${value}.txt`)
  },
  60_000,
)
