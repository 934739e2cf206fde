import { execFileSync } from 'node:child_process'
import { createContext, runInContext, runInNewContext } from 'node:vm'
import type { PostLoginApi, PostLoginEvent } from '../../actions/step-up/event.ts'
import { assertShippable, buildBundle, bundlePolicy } from '../../scripts/policy/bundle.ts'
import { node22 } from '../../sandbox/tenant/node22.ts'
import { recordingApi } from '../support/api.ts'
import { CASES } from '../support/cases.ts'
import { BANKING, eventOf, NOW_MS } from '../support/event.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'

const DECLARED = new Map([[BANKING, new Set(['read:accounts', 'transfer:funds'])]])
const SHIPPED = { policyFile: 'config/step-up.policy.yaml', declaredScopes: DECLARED }

type Handler = (event: PostLoginEvent, api: PostLoginApi) => Promise<void>

/** Loads code as Auth0 does: CommonJS, in a context with nothing in it but the language. */
function load(code: string): Handler {
  const exports: { onExecutePostLogin?: Handler } = {}
  const context = createContext({ exports, console: { log: () => undefined } })
  runInContext(`Date.now = () => ${NOW_MS}\n${code}`, context)
  if (exports.onExecutePostLogin === undefined) throw new Error('no handler')
  return exports.onExecutePostLogin
}

describe.each(CASES)('bundle: $title', ({ policy, cases }) => {
  let handler: Handler

  beforeAll(async () => {
    handler = load(await bundlePolicy(policy, '// banner'))
  })

  test.each(cases)('%s', async (_name, given, _decision, expected) => {
    const { api, calls } = recordingApi()
    await handler(eventOf(given), api)
    // By way of JSON: objects of another context are never strictly equal to ours.
    expect(plain(calls)).toEqual(plain(expected))
  })
})

test('the bundle comes to the same calls on the runtime of Auth0, Node 22', async () => {
  const groups = await Promise.all(
    CASES.map(async ({ policy, cases }) => ({
      code: await bundlePolicy(policy, '// banner'),
      events: cases.map(([, given]) => eventOf(given)),
    })),
  )
  const output = execFileSync(node22(), ['-e', RUN_GROUPS], {
    input: JSON.stringify({ groups, now: NOW_MS }),
  })
  expect(JSON.parse(output.toString())).toEqual({
    major: '22',
    calls: plain(CASES.map(({ cases }) => cases.map(([, , , expected]) => expected))),
  })
})

/** Runs in Node 22, so it is a script and not a function of ours. */
const RUN_GROUPS = `
  const { createContext, runInContext } = require('node:vm')
  const { groups, now } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
  const record = (calls, path = 'api') => new Proxy(() => undefined, {
    get: (_, name) => record(calls, path + '.' + name),
    apply: (_, __, given) => { calls.push([path, ...given]) },
  })
  const run = async ({ code, events }) => {
    const exports = {}
    runInContext('Date.now = () => ' + now + ';' + code, createContext({ exports, console: { log() {} } }))
    const all = []
    for (const event of events) {
      const calls = []
      await exports.onExecutePostLogin(event, record(calls))
      all.push(calls)
    }
    return all
  }
  Promise.all(groups.map(run)).then((calls) => {
    console.log(JSON.stringify({ major: process.versions.node.split('.')[0], calls }))
  })
`

test('the same input gives the same bytes', async () => {
  const [first, second] = await Promise.all([buildBundle(SHIPPED), buildBundle(SHIPPED)])
  expect(second).toEqual(first)
})

test('the bundle begins with what it is and ends with the policy as plain data', async () => {
  const { code, policyHash, version } = await buildBundle(SHIPPED)
  const [first] = code.split('\n')
  const [, ending] = code.split('\n// policy\n')
  const data =
    /^var rules = ([^]*);\nexports\.onExecutePostLogin = postLogin\({ rules, (.*) }\);\n$/
  expect(first).toBe(`// auth0-step-up ${version}, policy ${policyHash}`)
  const [, rules, claims] = data.exec(ending ?? '') ?? []
  expect(runInNewContext(`({ rules: ${rules}, ${claims} })`)).toEqual(FABRIKAM)
})

test('a rule that is only reported is named with the day from which it is enforced', async () => {
  const policyFile = 'tests/support/policy-pairs/08-report-dropped-and-another-answer/before.yaml'
  const { rules } = await buildBundle({ ...SHIPPED, policyFile })
  expect(rules.map(({ id, protects }) => `${id}: ${protects}`)).toEqual([
    `transfer-funds: transfer:funds on ${BANKING}, enforced from 2036-12-31 on`,
  ])
})

test('the handler is an async function, or Auth0 would refuse it', async () => {
  const { code } = await buildBundle(SHIPPED)
  expect(load(code).constructor.name).toBe('AsyncFunction')
})

describe('a bundle that Auth0 would not run, or a deploy tool would change, is refused', () => {
  const handler = 'exports.onExecutePostLogin = async () => {}'

  // prettier-ignore
  test.each([
    ['over 100 kB',             `${handler} // ${'x'.repeat(100_000)}`,   /^policy\.yaml: bundle is 100\d{3} bytes long, Auth0 takes 100000$/m],
    ['keyword',                 `${handler} // ##SECRET##`,               /^policy\.yaml: `##SECRET##` would be taken for a keyword and replaced by auth0-deploy-cli$/m],
    ['array keyword',           `${handler} // @@SECRET@@`,               /^policy\.yaml: `@@SECRET@@` would be taken for a keyword/m],
    ['require',                 `require('fs')\n${handler}`,              /^bundle uses `require`, which the Action may not$/m],
    ['process',                 `process.env\n${handler}`,                /^bundle uses `process`, which the Action may not$/m],
    ['eval',                    `eval('1')\n${handler}`,                  /^bundle uses `eval`, which the Action may not$/m],
    ['fetch',                   `fetch('x')\n${handler}`,                 /^bundle uses `fetch`, which the Action may not$/m],
    ['syntax error',            `${handler} }`,                           /^bundle cannot be loaded: Unexpected token/m],
    ['error while it loads',    `null.x\n${handler}`,                     /^bundle cannot be loaded: Cannot read properties of null/m],
    ['no handler',              'exports.other = 1',                      /^bundle exports no async function `onExecutePostLogin`$/m],
    ['handler not async',       'exports.onExecutePostLogin = () => {}',  /^bundle exports no async function `onExecutePostLogin`$/m],
  ])('%s', (_name, code, message) => {
    expect(() => assertShippable(code, 'policy.yaml')).toThrow(message)
  })

  test('a word that the policy uses as a name is no code', async () => {
    const policy = { rules: [scopeRule({ scopes: ['process:eval', 'require'] })] }
    const code = await bundlePolicy(policy, '// banner')
    expect(() => assertShippable(code, 'policy.yaml')).not.toThrow()
  })
})

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
