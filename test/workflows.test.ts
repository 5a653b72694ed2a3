import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { PACKAGE_ROOT } from '../src/app/workspace.js'

const FOLDER = join(PACKAGE_ROOT, '.github/workflows')
const Permissions = z.record(z.string(), z.enum(['read', 'write']))
const Workflow = z.object({
  permissions: Permissions,
  jobs: z.record(
    z.string(),
    z.object({
      permissions: Permissions,
      steps: z
        .array(
          z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.unknown().optional() }),
        )
        .default([]),
    }),
  ),
})

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8')
  const { permissions, jobs } = Workflow.parse(parse(text))
  const steps = Object.values(jobs).flatMap((job) => job.steps)

  it('permits nothing that a job does not ask for', () => {
    expect(permissions).toEqual({})
  })

  it('hands text of others to no shell: what a step needs comes by its environment', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
    expect(text).not.toMatch(/pull_request_target|workflow_run/)
  })

  it('pins every action by its commit, and says which version that is', () => {
    const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)].filter(([, action]) => !action!.startsWith('./'))
    for (const [, action, comment] of uses)
      expect(`${action}${comment}`).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('leaves no token behind in the checkout', () => {
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false })
  })
})
