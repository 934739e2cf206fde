// The whole emulated tenant through auth0-deploy-cli: out, in again, and out once more.
import { parse } from 'yaml'
import { startDeploying, type Deploying } from '../support/deploying.ts'

jest.setTimeout(600_000)

const API = 'https://api.example'

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({
    resourceServers: [{ identifier: API, name: 'API', scopes: [{ value: 'read' }] }],
    clients: [{ name: 'Web', app_type: 'regular_web', callbacks: ['http://localhost:3999/'] }],
    roles: [
      {
        name: 'Teller',
        description: 'Serves customers',
        permissions: [{ resource_server_identifier: API, permission_name: 'read' }],
      },
    ],
    organizations: [
      {
        name: 'fabrikam',
        display_name: 'Fabrikam',
        connections: [{ name: 'Username-Password-Authentication' }],
      },
    ],
    actions: [{ name: 'Enrich', code: 'exports.onExecutePostLogin = async () => {}', bound: true }],
  })
})
afterAll(() => tenant.stop())

async function deployCli(...flags: string[]): Promise<{ code: number | null; refused: string[] }> {
  const { sandbox, project, env } = tenant
  await sandbox.control.clearRequests()
  const { code } = await project.deployCli(flags, { ...env, AUTH0_DOMAIN: sandbox.domain })
  const requests = await sandbox.control.requests()
  const refused = requests.filter(({ status }) => status >= 400 && status !== 404)
  return { code, refused: refused.map(({ method, path, status }) => `${status} ${method} ${path}`) }
}

const exported = (folder: string) =>
  deployCli('export', '--format', 'yaml', '--output_folder', folder)

test('is exported and imported without an error, and is the same afterwards', async () => {
  const done = { code: 0, refused: [] }
  expect(await exported('before')).toEqual(done)
  expect(await deployCli('import', '--input_file', 'before/tenant.yaml')).toEqual(done)
  expect(await exported('after')).toEqual(done)
  const [before, after] = ['before', 'after'].map(sectionsIn)
  expect(after).toEqual(before)
  expect(before).toMatchObject({
    roles: [{ name: 'Teller' }],
    organizations: [{ name: 'fabrikam' }],
  })
})

/** All but the databases, to whose options the import adds one by itself. */
function sectionsIn(folder: string): object {
  const sections = parse(tenant.project.read(`${folder}/tenant.yaml`)) as Record<string, unknown>
  return { ...sections, databases: undefined }
}
