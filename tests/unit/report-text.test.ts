import { renderText } from '../../scripts/audit/report/text.ts'
import { badAudit } from '../support/bad-audit.ts'

test('everything that is wrong, the verdict first and last', async () => {
  expect(renderText(badAudit(), (_style, text) => text)).toBe(BAD)
})

test('what matters is marked by colour', async () => {
  const text = renderText(badAudit(), (style, marked) => `<${style}>${marked}</${style}>`)
  expect(text.split('\n')[0]).toMatch(/^<red>failed: .*<\/red>$/)
  expect(text).toContain('<yellow>warning</yellow>  A scope that looks high-value has no rule')
})

const BAD = `failed: 2 violations, 2 errors, 3 warnings, 0 notes, 1 accepted, in 12,345 cases
  environment  test
  tenant       acme.eu.auth0.com
  audited at   2026-11-24 12:00 UTC
  policy       policy.yaml, sha-256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  bundle       123 bytes, version 0.1.0, sha-256 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  deployed     other code than the bundle, sha-256 4dba544a81de3e0e99896fd5fccc81d3466fc720654d1c51eb4025a335e7e8c0

Violations
  violation  No protected scope without MFA (no-protected-scope-without-mfa)
    policy.yaml:3:5: in 1,234 cases, the smallest at 2026-01-15T12:00:00.000Z:
      {
        "user": {
          "name": "\`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e"
        },
        "transaction": null /* <throws> */
      }
    calls     none
    expected  the scope removed
  violation  A reviewer insists: Withstands phishing (by-key)
    policy.yaml:11:7: in 1 case, the smallest at 2026-01-15T12:00:00.000Z:
      {}
    calls     api.multifactor.enable("any", {"allowRememberBrowser":false})
    expected  \`transfer:funds\` removed

Findings
  error  The deployed code is not what the policy builds (deployed-code-differs)
    \`Step-up\` runs code with SHA-256 4dba544a81de3e0e99896fd5fccc81d3466fc720654d1c51eb4025a335e7e8c0, the policy builds b2526ac54d8a3e9240b922f3d06d066cbb259ae83cbd3b07632f3a9f01ffe841: what was checked here is not what runs there
    → \`npm run deploy\`, and find out who changed the Action
    https://auth0.com/docs/customize/actions/manage-versions
  error  A machine is granted a protected scope (protected-scope-in-machine-grant)
    the client grant of \`\`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e\` holds \`transfer:funds\` of \`https://banking.fabrikam.example\`; client credentials have no user, no post-login Action runs, and nobody is challenged
    → take \`transfer:funds\` out of the grant; let the machine act on a scope of its own
    https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants
  warning  A scope that looks high-value has no rule (high-value-scope-unprotected)
    \`delete:all\` of \`https://banking.fabrikam.example\` is issued without step-up, although \`delete:\` in its name suggests that it matters
    → protect \`delete:all\` by a rule, or accept the finding under \`audit.accepted\` and say why it is an everyday scope
    https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis
  warning  An exception is for a client that does not exist (exception-for-missing-client)
    policy.yaml:8:28: rule \`transfer-funds\` makes an exception for client \`batch\`, which the tenant does not have
    → remove the exception, or correct the client id
    https://auth0.com/docs/get-started/applications/application-settings
  warning  Refresh tokens are issued for a protected resource server (refresh-tokens-allowed)
    \`allow_offline_access\` lets apps renew tokens for \`https://banking.fabrikam.example\` without the user; what keeps a step-up out of them is the Action alone (its rules answer \`remove\`)
    was accepted until 2026-06-01: Was needed once
    → switch \`allow_offline_access\` off, or give the protected scopes a resource server of their own
    https://auth0.com/docs/secure/tokens/refresh-tokens/use-refresh-tokens

Accepted
  long-token-lifetime, until 2027-01-01: Agreed with the bank

Acceptances of what is not found
  no-factor-enabled, until 2027-01-01: Factors come later

Coverage
  1 of 3 scopes protected, 1 without a rule although they look high-value, 1 everyday
  https://banking.fabrikam.example  protected by transfer-funds                   transfer:funds
  https://banking.fabrikam.example  no rule, although "delete:" looks high-value  delete:all
  https://banking.fabrikam.example  everyday                                      read:accounts

What happens in each flow
                                         transfer-funds
  Browser login                          issued without MFA
  Browser login, no factor set up        issued without MFA
  Single sign-on, MFA a second ago       issued on that MFA
  Single sign-on, MFA a second too old   issued without MFA
  Single sign-on, MFA by another factor  issued without MFA
  Browser login under an exception       issued by exception
  Silent login (\`prompt=none\`)           issued without MFA
  Implicit flow                          issued without MFA
  Hybrid flow                            issued without MFA
  CIBA, page behind a link               issued without MFA
  Refresh token                          denied
  Multi-resource refresh token           denied
  Password                               the Action fails
  Password, no scope named               the Action fails
  Token exchange                         issued without MFA
  Device code                            issued without MFA
  CIBA, push                             issued without MFA
  WebAuthn grant                         issued without MFA
  Legacy resource owner                  issued without MFA
  Legacy resource owner, JWT bearer      issued without MFA
  Legacy social access token             issued without MFA
  A protocol that is new to us           issued without MFA
  Client credentials                     granted to \`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e

About the flows
  Each cell is what the bundle did when it was run on the event of that flow.
  Client credentials run no post-login Action: only a client grant decides.
  A refresh answers no acr value, and client credentials have no user: a dash stands there.
  SAML, WS-Federation and WS-Trust carry no OAuth scopes.

Checked in 12,345 cases
  transfer-funds  12,345 cases, all combinations
  The bundle keeps no state, so that its behaviour depends only on what it reads; each field that it reads took every class of values, together with the classes of the others. A case stands for every combination that differs from it only in fields that nobody read, so that together they decide 4,600 trillion combinations.
  Read by the bundle, and varied: transaction, transaction.protocol.
  Limit: what no class stands for.
  Every case was also judged by a second reading of the policy that shares no code with the Action.

failed: 2 violations, 2 errors, 3 warnings, 0 notes, 1 accepted, in 12,345 cases`
