// The snippets of docs/beside-other-tools.md: auth0-deploy-cli accepts its part, they name what tenant.yaml has, and the
// commands take the flags.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { copyProject, type CommandName, type Project } from '../support/cli.ts'

const ROOT = join(__dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/beside-other-tools.md'), 'utf8')

const snippets = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  )

interface TenantFile {
  readonly actions: readonly object[]
  readonly triggers: Readonly<Record<string, readonly { readonly action_name: string }[]>>
}

const ours = parse(readFileSync(join(ROOT, 'tenant.yaml'), 'utf8')) as TenantFile
const [theirText = ''] = snippets('yaml')
const theirs = parse(theirText) as TenantFile

// In a process of its own, because Jest cannot load auth0-deploy-cli.
const VALIDATE = `
  const { properties } = require('auth0-deploy-cli/lib/tools/auth0/schema').default
  const Ajv = require('ajv')
  const { section, value } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
  const ajv = new Ajv({ nullable: true })
  console.log(JSON.stringify(ajv.validate(properties[section], value) ? [] : ajv.errors))`

const complaintsOfDeployCli = (section: string, value: unknown): unknown =>
  JSON.parse(
    execFileSync(process.execPath, ['-e', VALIDATE], {
      cwd: ROOT,
      input: JSON.stringify({ section, value }),
      encoding: 'utf8',
    }),
  )

test.each(Object.entries(theirs))('auth0-deploy-cli accepts `%s`', (section, value) => {
  expect(complaintsOfDeployCli(section, value)).toEqual([])
})

test('and would not accept a mistake in it', () => {
  expect(complaintsOfDeployCli('actions', [{ code: 1 }])).not.toEqual([])
})

test('the file of auth0-deploy-cli has our Action as it is here, and its binding beside others', () => {
  expect(theirs.actions).toEqual(ours.actions)
  expect(theirs.triggers['post-login']).toEqual([
    { action_name: 'Enrich profile', display_name: 'Enrich profile' },
    ...(ours.triggers['post-login'] ?? []),
  ])
})

test('the resources of Terraform say the same of the Action and list every binding', () => {
  const [terraform = ''] = snippets('terraform')
  const values = [...terraform.matchAll(/^\s*(\w+)\s*= (.+)$/gm)].map(([, key, value]) => [
    key,
    value,
  ])
  expect(values).toEqual([
    ['name', '"Step-up"'],
    ['runtime', '"node22"'],
    ['deploy', 'true'],
    ['code', 'file("${path.module}/dist/step-up.js")'],
    ['id', '"post-login"'],
    ['version', '"v3"'],
    ['trigger', '"post-login"'],
    ['id', 'auth0_action.enrich_profile.id'],
    ['display_name', 'auth0_action.enrich_profile.name'],
    ['id', 'auth0_action.step_up.id'],
    ['display_name', 'auth0_action.step_up.name'],
    ['customize_mfa_in_postlogin_action', 'true'],
  ])
})

describe('the commands are ones that there are', () => {
  let project: Project
  beforeAll(() => (project = copyProject()))
  afterAll(() => project.remove())

  const commands = snippets('sh').flatMap((text) => text.match(/^npx step-up .*$/gm) ?? [])

  test.each([...new Set(commands)])('%s', async (line) => {
    const [, name = '', rest = ''] = /^npx step-up (\w+) +(.*)$/.exec(line) ?? []
    const { stdout, code } = await project.run(name as CommandName, ['--help'])
    const known = stdout.match(/^ {2}--[\w-]+/gm)?.map((flag) => flag.trim()) ?? []
    expect(code).toBe(0)
    expect(known).toEqual(expect.arrayContaining(rest.match(/--[\w-]+/g) ?? []))
  })
})
