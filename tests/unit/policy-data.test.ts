// The end of a bundle is read as data, whoever wrote it: what is not data there must never pass for a policy.
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { policyIn } from '../../scripts/policy/policy-data.ts'
import { policyOf, rulesFor } from '../../bench/policies.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'

const RULE =
  '{ id: "a", audience: "https://a", scopes: ["x"], requires: { factors: "any", maxAgeSeconds: 0 }, withoutBrowser: { others: "remove" } }'
const CALL = 'exports.onExecutePostLogin = postLogin({ rules });'
const tail = (rules: string, call = CALL) => `// engine\n// policy\n${rules}\n${call}\n`
const ONE = `var rules = [${RULE}];`
const GROUP =
  'var group1 = { audience: "https://a", requires: { factors: "any", maxAgeSeconds: 0 }, withoutBrowser: { others: "remove" } };'
const SHARING = 'var rules = [{ ...group1, id: "a", scopes: ["x"] }];'

test.each([
  ['no rule', policyOf([])],
  ['rules that share nothing', FABRIKAM],
  ['two rules that share all but what they protect', policyOf(rulesFor(2, 1))],
  ['a hundred rules for fifty audiences', policyOf(rulesFor(150, 1))],
  ['claims', { claim: 'https://a.example/x', idTokenClaim: 'https://a.example/y', ...FABRIKAM }],
  [
    'names of objects',
    { rules: ['constructor', 'toString', 'group1'].map((id) => scopeRule({ id })) },
  ],
])('what is built is read as it was: %s', async (_name, policy) => {
  expect(policyIn(await bundlePolicy(policy, ''))).toEqual(JSON.parse(JSON.stringify(policy)))
})

// prettier-ignore
test.each([
  ['rules written out',  tail(ONE)],
  ['rules with a group', tail(`${GROUP}\n${SHARING}`)],
])('is a policy: %s', (_name, code) => {
  expect(policyIn(code)?.rules).toMatchObject([{ id: 'a', audience: 'https://a', scopes: ['x'], requires: { factors: 'any', maxAgeSeconds: 0 } }])
})

// prettier-ignore
test.each([
  ['nothing',                                ''],
  ['no mark of a policy',                    `${ONE}\n${CALL}`],
  ['no JavaScript',                          tail('var rules = [')],
  ['a statement more before',                tail(`fetch("https://a");\n${ONE}`)],
  ['a statement more between',               tail(`${ONE}\nrules.pop();`)],
  ['a statement more behind',                tail(ONE, `${CALL}\nexports.onExecutePostLogin = async () => {};`)],
  ['a second declaration',                   tail(`var rules = [${RULE}], more = 1;`)],
  ['another name',                           tail(`var others = [${RULE}];`)],
  ['a call as a value',                      tail('var rules = load();')],
  ['a value that is computed',               tail(`var rules = [${RULE.replace('"a"', '"a" + "b"')}];`)],
  ['a template with a gap',                  tail(`var rules = [${RULE.replace('"a"', '`a${1}`')}];`)],
  ['a getter',                               tail(`var rules = [${RULE.replace('id: "a"', 'get id() { return "a" }')}];`)],
  ['a method',                               tail(`var rules = [${RULE.replace('id: "a"', 'id() {}')}];`)],
  ['a computed key',                         tail(`var rules = [${RULE.replace('id:', '["i" + "d"]:')}];`)],
  ['a prototype',                            tail(`var rules = [${RULE.replace('id:', '__proto__: { report: 1 }, id:')}];`)],
  ['a hole',                                 tail(`var rules = [, ${RULE}];`)],
  ['a regular expression',                   tail(`var rules = [${RULE.replace('"a"', '/a/')}];`)],
  ['rules that are spread',                  tail(`var rules = [...[${RULE}]];`)],
  ['a group that is not there',              tail(SHARING)],
  ['a group behind the rules',               tail(`${SHARING}\n${GROUP}`)],
  ['a group of another name',                tail(`${GROUP.replace('group1', 'exports')}\n${SHARING.replace('group1', 'exports')}`)],
  ['a group that is a list',                 tail(`var group1 = ["x"];\n${SHARING}`)],
  ['a group that is a call',                 tail(`var group1 = load();\n${SHARING}`)],
  ['a group within a group',                 tail(`${GROUP}\nvar group2 = { ...group1 };\n${SHARING}`)],
  ['another function that is called',        tail(ONE, 'exports.onExecutePostLogin = letAllIn({ rules });')],
  ['another export',                         tail(ONE, 'exports.onContinuePostLogin = postLogin({ rules });')],
  ['a computed export',                      tail(ONE, 'exports["onExecute" + "PostLogin"] = postLogin({ rules });')],
  ['an assignment that adds',                tail(ONE, 'exports.onExecutePostLogin ||= postLogin({ rules });')],
  ['a second argument',                      tail(ONE, 'exports.onExecutePostLogin = postLogin({ rules }, 1);')],
  ['rules under another name',               tail(ONE, 'exports.onExecutePostLogin = postLogin({ rules: [] });')],
  ['rules a second time',                     tail(ONE, 'exports.onExecutePostLogin = postLogin({ rules, rules: [] });')],
  ['a key of a rule twice',                   tail(`var rules = [${RULE.replace('id: "a"', 'id: "b", id: "a"')}];`)],
  ['rules once more',                        tail(ONE, 'exports.onExecutePostLogin = postLogin({ rules, ...{ rules: [] } });')],
])('is no policy: %s', (_name, code) => {
  expect(policyIn(code)).toBeUndefined()
})
