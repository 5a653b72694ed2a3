import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { PACKAGE_ROOT } from '../src/app/workspace.js'
import { generatedDocs } from '../src/cli/docs.js'

const text = (path: string) => readFileSync(join(PACKAGE_ROOT, path), 'utf8')

it.each([...generatedDocs()])('%s is what the code says (npm run docs)', (path, content) => {
  expect(text(path)).toBe(content)
})

it('the README begins with the two promises', () => {
  const [, , , start, test] = text('README.md').split('\n')
  expect(start).toMatch(/^npm ci && npm start/)
  expect(test).toMatch(/^npm ci && npm test/)
})

it('every production dependency is justified in one line of docs/decisions.md', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> }
  const decisions = text('docs/decisions.md')
  expect(Object.keys(dependencies).filter((name) => !decisions.includes(`| \`${name}\` |`))).toEqual([])
})

it('the issue forms lead to the contact of the configuration', () => {
  const { publisher } = JSON.parse(text('feed.config.json')) as { publisher: { contact: string } }
  const { contact_links } = parse(text('.github/ISSUE_TEMPLATE/config.yml')) as {
    contact_links: { url: string }[]
  }
  expect(contact_links.map(({ url }) => url)).toEqual(contact_links.map(() => publisher.contact))
})
