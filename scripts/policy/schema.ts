import { z } from 'zod'
import { FACTORS } from '../../actions/step-up/policy.ts'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { AGE, secondsIn } from './age.ts'
import { FINDING_CODES } from './audit-names.ts'

/** One day. An older MFA does not show who is at the keyboard now. */
export const MAX_AGE_LIMIT_SECONDS = 86_400

const word = z.string().regex(/^[^\s*]+$/)

// RFC 6749 section 3.3 allows these characters; Auth0 takes at most 280 of them.
const scope = z
  .string()
  .regex(/^[\x21\x23-\x29\x2b-\x5b\x5d-\x7e]{1,280}$/)
  .describe('A scope by its full name; patterns are not supported')

/** Whether a rule can name a scope. */
export function isScope(text: string): boolean {
  return scope.safeParse(text).success
}

const reason = z.string().trim().min(1).max(300)

const ageSeconds = z.int().min(0).max(MAX_AGE_LIMIT_SECONDS)

const requirement = z.strictObject({
  factors: z
    .union([z.literal('any'), z.array(z.enum(FACTORS)).min(1)])
    .describe('`any`, or the list of factors of which one must be passed'),
  maxAge: z
    .union([ageSeconds, z.string().regex(AGE).transform(secondsIn).pipe(ageSeconds)])
    .default(0)
    .describe(
      'How old an accepted MFA of the session may be, at most a day: `90s`, `5m`, `1h`, or a number of seconds; `0` asks for a challenge at every request',
    ),
})

const noBrowserProtocols = PROTOCOL_TABLE.filter(([, flow]) => flow === 'no-browser').map(
  ([name]) => name,
)

const answer = z.enum(['remove', 'challenge', 'deny'])

const withoutBrowser = z
  .strictObject({
    silent: z
      .enum(['remove', 'challenge'])
      .optional()
      .describe(
        'Browser logins with `prompt=none`: `remove` the scopes and keep the user logged in, or `challenge` (default): Auth0 answers login_required',
      ),
    refreshTokens: answer
      .optional()
      .describe("Refresh token exchanges; default `remove` (Auth0's own APIs: `deny`)"),
    ...Object.fromEntries(noBrowserProtocols.map((name) => [name, answer.optional()])),
    others: answer
      .optional()
      .describe(
        "Every other flow without a browser, unknown ones too; default `remove` (acr and Auth0's own APIs: `deny`)",
      ),
  })
  .describe(
    'What happens where nobody can be challenged: `remove` the scopes from the token, `challenge` ' +
      '(Auth0 answers mfa_required) or `deny`. For its own APIs (/me/, /mfa/, /my-org/, /api/v2/, ' +
      '/userinfo) Auth0 ignores what is removed, so `remove` is refused there',
  )

const approval = {
  approvedBy: z.string().trim().min(1).max(200).optional().describe('Who agreed to it'),
  ticket: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('Where it was agreed: a ticket, or its URL'),
}

const exception = z
  .strictObject({
    client: word.optional().describe("A client id, or a keyword in quotes: `'##NAME##'`"),
    organization: word
      .optional()
      .describe("An organization id, or a keyword in quotes: `'##NAME##'`"),
    reason: reason.describe('Why the rule does not bind it'),
    expires: z.iso.date().describe('The day (UTC) on which the rule binds it again, YYYY-MM-DD'),
    ...approval,
  })
  .describe('A client or an organization that the rule does not bind for a time')

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)

const report = z
  .strictObject({
    until: z.iso.date().describe('The day (UTC) from which the rule is enforced, YYYY-MM-DD'),
    reason: reason.describe('Why it is not enforced before'),
    ...approval,
  })
  .describe('Until then the rule challenges nobody: the Action logs what it would have done')

const rule = z.strictObject({
  id: id.describe('The name of the rule in logs and findings: lower case, digits and hyphens'),
  reason: reason.describe('Why this is high-value, for whoever reviews the policy'),
  protects: z
    .strictObject({
      audience: word
        .optional()
        .describe("Identifier of the resource server, or a keyword in quotes: `'##NAME##'`"),
      scopes: z.array(scope).min(1).optional().describe('Its high-value scopes'),
      acr: word.optional().describe('An acr value that a web app asks for instead of a scope'),
    })
    .describe('An audience with scopes, or an acr value'),
  requires: requirement.describe('Which MFA'),
  whenConfidenceIsLow: requirement
    .optional()
    .describe('Demanded instead unless Auth0 assesses the login with medium or high confidence'),
  whenNotEnrolled: z
    .enum(['enroll', 'deny'])
    .default('deny')
    .describe(
      'What happens to a user who has none of the factors; a recovery code does not count. Under `deny` the rule lets nobody set one up; another rule that says `enroll` still does',
    ),
  withoutBrowser: withoutBrowser.optional(),
  exceptions: z.array(exception).min(1).optional(),
  report: report.optional(),
})

const invariant = z
  .strictObject({
    id: id.describe('The name of the invariant in findings: lower case, digits and hyphens'),
    reason: reason.describe('Why this must hold, whatever the rules say'),
    audience: word.describe('Identifier of the resource server'),
    scopes: z.array(scope).min(1).describe('Scopes that no token carries with a weaker MFA'),
    ...requirement.shape,
  })
  .describe(
    'What the audit has to prove of every possible login, in addition to its own invariants',
  )

const acceptance = z
  .strictObject({
    finding: z.enum(FINDING_CODES).describe('The code of the finding'),
    subject: z
      .string()
      .min(1)
      .optional()
      .describe(
        'What the finding is about, as the audit prints it. If left out, every finding of this code; an error needs it',
      ),
    reason: reason.describe('Why it may stay'),
    expires: z.iso.date().describe('The day (UTC) on which it shows again, YYYY-MM-DD'),
    ...approval,
  })
  .describe('A finding that somebody has reviewed and that may stay for a time')

const everyday = z
  .strictObject({
    audience: word.describe('Identifier of the resource server'),
    scopes: z.array(scope).min(1).describe('Scopes that need no step-up, whatever their names say'),
    reason: reason.describe('Why they need none'),
  })
  .describe('Scopes that somebody has reviewed and found to be everyday')

const audit = z
  .strictObject({
    highValue: z
      .array(word.describe('A word, in quotes if it ends with a colon: `"write:"`'))
      .optional()
      .describe(
        'Words that make a scope look high-value, in place of the built-in ones, which the audit prints. With a colon a word is a whole part of the name, without one it may be anywhere in it',
      ),
    everyday: z.array(everyday).min(1).optional(),
    invariants: z.array(invariant).min(1).optional(),
    accepted: z.array(acceptance).min(1).optional(),
  })
  .describe('What reviewers tell the audit; the Action never sees it')

const claimName = z
  .string()
  .regex(/^https:\/\/[^\s/]+\/\S*$/)
  .optional()

/** The policy file. The one source of its types, its validation and its JSON Schema. */
export const policySchema = z
  .strictObject({
    version: z.literal(1),
    claim: claimName.describe('Namespaced access-token claim that records an MFA already proven'),
    idTokenClaim: claimName.describe(
      'Namespaced ID-token claim with the ids of the rules that a browser login was held to, for apps to check',
    ),
    rules: z.array(rule).min(1),
    audit: audit.optional(),
  })
  .describe('Which scopes and acr values demand which MFA')

export type PolicyFile = z.output<typeof policySchema>
export type PolicyRule = PolicyFile['rules'][number]

/** The JSON Schema for editors, as the text of `config/step-up.policy.schema.json`. */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema, { io: 'input' })
  return `${JSON.stringify({ title: 'Step-up policy', ...schema }, null, 2)}\n`
}
