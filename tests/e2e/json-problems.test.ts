// What a command that fails says to a program, by `--json`: the same as it says to people.
import { copyProject, type CommandName } from '../support/cli.ts'

const project = copyProject()
afterAll(() => project.remove())
const POLICY = 'config/step-up.policy.yaml'

async function fail(command: CommandName, flags: readonly string[]) {
  const { code, stdout, stderr } = await project.run(command, [...flags, '--json'])
  return { code, stderr, said: JSON.parse(stdout) as unknown }
}

test('a mistake in a file is told with its line and column', async () => {
  const policy = project.read(POLICY)
  project.write(POLICY, policy.replace('maxAge: 0', 'maxAge: -1').replace('any', 'anny'))
  const { code, stderr, said } = await fail('build', [])
  project.write(POLICY, policy)
  expect(code).toBe(1)
  expect(said).toEqual({
    version: 1,
    problems: [
      {
        where: { file: POLICY, line: 13, column: 16 },
        message: '`rules[0].requires.factors` cannot be `"anny"`',
        hint: 'expected: `any`, or the list of factors of which one must be passed',
      },
      {
        where: { file: POLICY, line: 14, column: 15 },
        message: '`rules[0].requires.maxAge` is `-1`, at least 0 is expected',
        hint: expect.stringMatching(/^expected: how old an accepted MFA/) as string,
      },
    ],
  })
  expect(stderr).toContain(`${POLICY}:13:16: \`rules[0].requires.factors\` cannot be \`"anny"\`\n`)
})

// prettier-ignore
test.each([
  ['a flag with a value that is wrong', ['--env', 'nope'],  { where: '--env', message: 'no environment `nope` in config/environments', hint: 'known are: example, sandbox' }],
  ['a flag that is none',               ['--envi', 'acme'], { message: 'plan: unknown flag `--envi`', hint: 'did you mean `--env`?' }],
])('%s', async (_name, flags, problem) => {
  expect(await fail('plan', flags)).toMatchObject({ code: 1, said: { version: 1, problems: [problem] } })
})
