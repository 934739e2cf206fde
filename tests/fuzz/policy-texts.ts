// Texts that might be a policy: none at all, nearly one, and one with values that its author never saw.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { FACTORS } from '../../actions/step-up/policy.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'

const RICH = `
version: 1
claim: https://fabrikam.example/step_up
rules:
  - id: close-account
    reason: Final
    protects: { audience: ${BANKING}, scopes: [close:account, transfer:funds] }
    requires: { factors: [webauthn-roaming, otp], maxAge: 300 }
    whenConfidenceIsLow: { factors: [webauthn-roaming] }
    whenNotEnrolled: enroll
    withoutBrowser: { refreshTokens: deny, oauth2-device-code: remove, others: deny }
    exceptions:
      - { client: batch, reason: Nightly batch, expires: 2026-11-25 }
      - { organization: org_1, reason: Pilot, expires: 2027-01-31 }
  - id: salary-page
    reason: >-
      Salaries
    protects: { acr: '${MULTI_FACTOR}' }
    requires: { factors: any }
    withoutBrowser: { oauth2-password: challenge }
    report: { until: 2026-12-01, reason: Apps are not ready }
audit:
  highValue: ['write:', admin]
  invariants:
    - { id: money, reason: Law, audience: ${BANKING}, scopes: [transfer:funds], factors: any, maxAge: 60 }
  accepted:
    - { finding: rule-not-enforced, subject: salary-page, reason: Known, expires: 2026-12-01 }
`

/** The policies that texts are made of. */
export const VALID = [readFileSync('config/step-up.policy.yaml', 'utf8'), RICH]

const SYNTAX = [
  ...['- ', ': ', ', ', '\n', '\n  ', '\n    ', '{', '}', '[', ']', '"', "'", '#', '|', '>-', '\t'],
  ...['&a ', '*a', '<<: *a', '!!binary ', '!!set ', '!x ', '? ', '---\n', '...\n', '%YAML 1.1\n'],
  ...['~', 'null', '.nan', '-.inf', '0x7', '1e999', '2026-11-24', '\u0000', '\ufeff', '\u2028'],
]
const VALUES = ['__proto__', 'constructor', '##KEY##', '${x}', '*/', '</script>', '\ud800', BANKING]
const NAMES = [...new Set(VALID.join().match(/[A-Za-z]\w+(?=:)/g))]
const fragment = fc.oneof(fc.constantFrom(...SYNTAX, ...NAMES, ...FACTORS, ...VALUES), fc.string())

const nonsense = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fragment, { maxLength: 40 }).map((fragments) => fragments.join('')),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.tuple(fc.constantFrom('[', '{a: ', '- ', '? ', '"'), fc.nat(20_000)).map(repeated),
)

function repeated([text, times]: readonly [string, number]): string {
  return `version: 1\nrules: ${text.repeat(times)}`
}

const textEdit = fc.record({
  at: fc.nat(2_000),
  remove: fc.oneof(fc.constant(0), fc.nat(60)),
  insert: fc.oneof(fragment, fc.constant('')),
})
const editedText = fc
  .tuple(fc.constantFrom(...VALID), fc.array(textEdit, { maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((whole, { at, remove, insert }) => {
      const start = at % whole.length || 0
      return whole.slice(0, start) + insert + whole.slice(start + remove)
    }, text),
  )

/** A way down into a value, and what is put there. */
const nodeEdit = fc.record({
  way: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
  put: fc.oneof(fc.jsonValue(), fragment, fc.constantFrom('any', 'deny', 'challenge', 0, 86_400)),
  as: fc.option(fragment),
})
const editedNodes = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(nodeEdit, { maxLength: 3 }),
    fc.constantFrom(JSON.stringify, stringify),
  )
  .map(([text, edits, write]) => {
    const content = parse(text) as object
    for (const edit of edits) putInto(content, edit)
    return write(content)
  })

function putInto(
  content: object,
  {
    way: [step = 0, ...rest],
    put,
    as,
  }: { way: readonly number[]; put: unknown; as: string | null },
): void {
  const names = Object.keys(content)
  const name = names[step % (names.length || 1)] ?? '0'
  const child: unknown = Reflect.get(content, name)
  if (rest.length > 0 && typeof child === 'object' && child !== null) {
    putInto(child, { way: rest, put, as })
  } else {
    const property = { value: put, enumerable: true, configurable: true, writable: true }
    Object.defineProperty(content, Array.isArray(content) ? name : (as ?? name), property)
  }
}

/** Scopes and audiences that the tenant is said to declare. */
export const DECLARED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [BANKING, '__proto__', '</script>', '##KEY##', "'${x}", '\ud800'].map((audience) => [
    audience,
    new Set(['transfer:funds', 'close:account', '__proto__', 'constructor', "'${x}`", '##KEY##']),
  ]),
)

const word = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', minLength: 1 }))
const factors = fc.oneof(
  fc.constant('any'),
  fc.uniqueArray(fc.constantFrom(...FACTORS), { minLength: 1 }),
)
const protects = fc.oneof(
  fc.record({ acr: word }),
  fc.constantFrom(...DECLARED).chain(([audience, scopes]) =>
    fc.record({
      audience: fc.constant(audience),
      scopes: fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1 }),
    }),
  ),
)
const expires = fc.constantFrom('2026-11-25', '2099-12-31')
const rule = fc.record(
  {
    reason: word,
    protects,
    requires: fc.record({ factors }),
    whenNotEnrolled: fc.constantFrom('enroll', 'deny'),
    exceptions: fc.array(fc.record({ client: word, reason: word, expires }), { minLength: 1 }),
  },
  { requiredKeys: ['reason', 'protects', 'requires'] },
)
const strangeValues = fc
  .record(
    { version: fc.constant(1), claim: word, rules: fc.array(rule, { minLength: 1, maxLength: 4 }) },
    { requiredKeys: ['version', 'rules'] },
  )
  .map(({ claim, rules, ...rest }) =>
    JSON.stringify({
      ...rest,
      ...(claim !== undefined && { claim: `https://fabrikam.example/${claim}` }),
      rules: rules.map((each, i) => ({ id: `rule-${i}`, ...each })),
    }),
  )

export const policyTexts: fc.Arbitrary<string> = fc.oneof(
  editedText,
  editedNodes,
  strangeValues,
  nonsense,
)
