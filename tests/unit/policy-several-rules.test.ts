import { BANKING } from '../support/event.ts'
import { refusal } from '../support/policy-text.ts'

const rule = (id: string, protects: string, factors: string) =>
  `  - { id: ${id}, reason: x, protects: { ${protects} }, requires: { factors: ${factors} } }`
const nameless = (protects: string, factors: string) =>
  rule('', protects, factors).replace('id: , ', '')
const scopes = (...names: string[]) => `audience: ${BANKING}, scopes: [${names.join(', ')}]`
const policy = (...rules: string[]) =>
  ['version: 1', 'rules:', ...rules, 'idTokenClaim: https://fabrikam.example/rules'].join('\n')

const AGREE = 'they protect the same thing: let them share a factor, or merge them'
const NO_ID = 'expected: the name of the rule in logs and findings: lower case, digits and hyphens'

// prettier-ignore
test.each([
  ['same id',                   policy(rule('a', scopes('transfer:funds'), 'any'), rule('a', scopes('close:account'), 'any')), 'policy.yaml:4:11: the id `a` is taken by another rule\n  logs and findings name rules by id: give each its own'],
  ['a factor in common',        policy(rule('a', scopes('transfer:funds'), '[otp, phone]'), rule('b', scopes('transfer:funds'), '[phone]')), 'accepted'],
  ['no factor in common',       policy(rule('a', scopes('transfer:funds'), '[otp]'), rule('b', scopes('close:account', 'transfer:funds'), '[phone]')), `policy.yaml:4:145: no factor satisfies this rule and \`a\`\n  ${AGREE}`],
  ['two scopes in common, and no factor', policy(rule('a', scopes('transfer:funds', 'close:account'), '[otp]'), rule('b', scopes('transfer:funds', 'close:account'), '[phone]')), `policy.yaml:4:145: no factor satisfies this rule and \`a\`\n  ${AGREE}`],
  ['different scopes',          policy(rule('a', scopes('transfer:funds'), '[otp]'), rule('b', scopes('close:account'), '[phone]')), 'accepted'],
  ['the same acr value',        policy(rule('a', 'acr: x', '[otp]'), rule('b', 'acr: x', '[phone]')), `policy.yaml:4:68: no factor satisfies this rule and \`a\`\n  ${AGREE}`],
  ['different acr values',      policy(rule('a', 'acr: x', '[otp]'), rule('b', 'acr: y', '[phone]')), 'accepted'],
  ['the first accepts any',     policy(rule('a', 'acr: x', 'any'), rule('b', 'acr: x', '[otp]'), rule('c', 'acr: x', '[phone]')), `policy.yaml:5:68: no factor satisfies this rule and \`a\` and \`b\`\n  ${AGREE}`],
  ['only two of three agree',   policy(rule('a', 'acr: x', '[otp, phone]'), rule('b', 'acr: x', '[phone, email]'), rule('c', 'acr: x', '[email, otp]')), `policy.yaml:5:68: no factor satisfies this rule and \`a\` and \`b\`\n  ${AGREE}`],
  ['the second alone disagrees', policy(rule('a', 'acr: x', '[otp]'), rule('b', 'acr: x', '[phone]'), rule('c', 'acr: x', '[otp]')), `policy.yaml:4:68: no factor satisfies this rule and \`a\`\n  ${AGREE}`],
  ['the first has no id',       policy(nameless('acr: x', '[otp]'), rule('b', 'acr: x', '[phone]')), `policy.yaml:3:5: missing \`rules[0].id\`\n  ${NO_ID}\npolicy.yaml:4:68: no factor satisfies this rule and \`?\`\n  ${AGREE}`],
  ['neither has an id',         policy(nameless('acr: x', 'any'), nameless('acr: x', 'any')), `policy.yaml:3:5: missing \`rules[0].id\`\n  ${NO_ID}\npolicy.yaml:4:5: missing \`rules[1].id\`\n  ${NO_ID}`],
])('%s', (_name, text, message) => {
  expect(refusal(text)).toBe(message)
})

describe('what is refused agrees with everything', () => {
  const ONE_THING = 'expected `audience` with `scopes`, or `acr` alone'

  // prettier-ignore
  test.each([
    ['a factor',   policy(rule('a', 'acr: x', '[otpp]'), rule('b', 'acr: x', '[phone]')), 'policy.yaml:3:69: `rules[0].requires.factors[0]` cannot be `"otpp"`\n  did you mean `otp`?'],
    ['scopes',     policy(rule('a', scopes('"x*"'), '[otp]'), rule('b', scopes('"y*"'), '[phone]')), 'policy.yaml:3:90: `rules[0].protects.scopes[0]` cannot be `"x*"`\n  expected: a scope by its full name; patterns are not supported\npolicy.yaml:4:90: `rules[1].protects.scopes[0]` cannot be `"y*"`\n  expected: a scope by its full name; patterns are not supported'],
    ['no audience', policy(rule('a', 'scopes: [x]', '[otp]'), rule('b', 'scopes: [x]', '[phone]')), `policy.yaml:3:35: \`protects\` names scopes\n  ${ONE_THING}\npolicy.yaml:4:35: \`protects\` names scopes\n  ${ONE_THING}`],
    ['no scopes',  policy(rule('a', `audience: ${BANKING}`, '[otp]'), rule('b', `audience: ${BANKING}`, '[phone]')), `policy.yaml:3:35: \`protects\` names audience\n  ${ONE_THING}\npolicy.yaml:4:35: \`protects\` names audience\n  ${ONE_THING}`],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })
})
