// Our Action under another name: a deploy would put a second one beside it, and both would be enforced.
import { ACTION_ONLY, normalized, startDeploying, type Deploying } from '../support/deploying.ts'
import { stepUpAction } from '../support/live-action.ts'

jest.setTimeout(90_000)

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({})
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('first'))
  await tenant.deploy()
  const { id } = await stepUpAction(tenant.request)
  await tenant.request(`PATCH /actions/actions/${id}`, { name: 'Guard' })
})
afterAll(() => tenant.stop())

const REFUSAL = [
  'localhost:PORT: `Guard` is bound already and has code of this package: with `Step-up` two step-ups would be enforced',
  '  if it is ours and was renamed, name it `Step-up` again in the tenant, or say `Guard` in tenant.yaml',
]
const indented = REFUSAL.map((line) => `  ${line}`)
const bound = `Actions of other names that have code of this package
  Guard: bound, so what its rules demand is demanded as well
`

test('plan says it, and that a deploy stops', async () => {
  const { code, stdout } = await tenant.run('plan')
  const told = normalized(stdout)
  expect([code, told.slice(told.indexOf('Actions of other'))]).toEqual([
    2,
    `${bound}
Owner of the bindings
  no other tool in the newest changes that the log of the tenant has

A deploy stops here
${indented.join('\n')}

2 to add, 0 to change, 0 to remove. Nothing was sent, and a deploy would send nothing: see above.
`,
  ])
})

test('deploy stops before the first write', async () => {
  const { code, stdout } = await tenant.deploy()
  expect([code, normalized(stdout), await tenant.writes()]).toEqual([
    2,
    `${REFUSAL.join('\n')}\nNothing was sent. Mend it in tenant.yaml, or deploy even so: --even-so REASON\n`,
    [],
  ])
})

test('verify names it under what is unprotected', async () => {
  const { code, stdout } = await tenant.run('verify')
  expect([code, normalized(stdout)]).toEqual([
    2,
    expect.stringContaining(`${bound}\nA deploy would stop here\n${indented.join('\n')}\n`),
  ])
  expect(stdout).toMatch(/2 to change, once a deploy does not stop: see above\.\n$/)
})

test('rollback says under which name it may be', async () => {
  expect(await tenant.run('rollback')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'the tenant has no Action `Step-up`\n  `Guard` has code of this package: if it was renamed, name it `Step-up` again in the tenant\n',
  })
})

test('one that runs in no login is named as well, and stops nothing', async () => {
  await tenant.request('PATCH /actions/triggers/post-login/bindings', { bindings: [] })
  const { stdout } = await tenant.run('plan')
  expect(stdout).toContain(
    'Actions of other names that have code of this package\n  Guard: not bound, so it runs in no login\n',
  )
  expect(stdout).not.toContain('A deploy stops here')
  await tenant.request('PATCH /actions/triggers/post-login/bindings', {
    bindings: [{ ref: { type: 'action_name', value: 'Guard' }, display_name: 'Guard' }],
  })
})

test('two that are bound, with a reason, are told by every command', async () => {
  const deployed = await tenant.deploy('--even-so', 'another team has its own')
  expect([deployed.code, deployed.stdout]).toEqual([0, expect.stringContaining(bound)])
  expect(await tenant.bindings()).toEqual(['Guard', 'Step-up'])
  for (const command of ['plan', 'verify'] as const) {
    const { code, stdout } = await tenant.run(command)
    expect([code, stdout]).toEqual([0, expect.stringContaining(bound)])
  }
})
