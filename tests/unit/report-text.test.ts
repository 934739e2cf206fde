import { renderText } from '../../scripts/audit/report/text.ts'
import { badAudit } from '../support/bad-audit.ts'
import { HIGH_VALUE_WORDS } from '../support/high-value-words.ts'

test('everything that is wrong, the verdict first and last', () => {
  expect(renderText(badAudit(), (_style, text) => text)).toBe(BAD)
})

test('what matters is marked by colour', () => {
  const text = renderText(badAudit(), (style, marked) => `<${style}>${marked}</${style}>`)
  expect(text.split('\n')[0]).toMatch(/^<red>failed: .*<\/red>$/)
  expect(text).toContain('<yellow>warning</yellow>  A scope that looks high-value has no rule')
})

const BAD = `failed: what is protected is not known: other code is deployed; 2 violations, 3 errors, 3 warnings, 0 notes, 1 accepted, in 12,345 cases
  environment  test
  tenant       acme.eu.auth0.com
  as of        2026-11-24 12:00 UTC
  run by       GitHub Actions, for jane, https://github.com/a/b/actions/runs/1
  commit       cccccccccccccccccccccccccccccccccccccccc, with changes that are not committed
  policy       policy.yaml, SHA-256 of its bytes db493029f8c74ee6703ec21ebe5dcaaf952af7bb96ed2efb18695bb01a8d1d07
               SHA-256 of what it says aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  bundle       123 bytes, version 0.1.0, SHA-256 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  engine       release 0.1.0 (SHA-256 cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)
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
    \`Step-up\` runs code with SHA-256 4dba544a81de3e0e99896fd5fccc81d3466fc720654d1c51eb4025a335e7e8c0, the policy builds ea1d290b70d1f3cb8d1dd2cf1f68dc5a2bc02c0e5fb5f41f9f22e0f38722be41: what is reviewed here is not what runs there
    → \`npm run deploy -- --env test\`, and find out who changed the Action
    https://auth0.com/docs/customize/actions/manage-versions
  error  An acceptance has expired (acceptance-expired)
    policy.yaml:14:76: the acceptance of \`refresh-tokens-allowed\` of \`https://banking.fabrikam.example\` ended on 2026-06-01: since then what it accepted is open, where it is still found
    → remove it, or have it reviewed and give it a new day
    https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis
  error  A machine is granted a protected scope (protected-scope-in-machine-grant)
    the client grant of \`\`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e\` holds \`transfer:funds\` of \`https://banking.fabrikam.example\`; client credentials have no user, no post-login Action runs, and nobody is challenged
    → take \`transfer:funds\` out of the grant; let the machine act on a scope of its own
    https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants
  warning  A scope that looks high-value has no rule (high-value-scope-unprotected)
    \`delete:all\` of \`https://banking.fabrikam.example\` is issued without step-up, although \`delete:\` in its name suggests that it matters
    → protect \`delete:all\` by a rule, or list it under \`audit.everyday\` and say why it is an everyday scope
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
  long-token-lifetime of https://banking.fabrikam.example, until 2027-01-01: Agreed with the bank, approved by R. Lead (SEC-12)

Acceptances of what is not found
  no-factor-enabled of tenant, until 2027-01-01: Factors come later, approved by R. Lead (SEC-12) (not found any more)

Coverage
  1 of 3 scopes named by rules, 1 without a rule although they look high-value, 1 everyday
  https://banking.fabrikam.example  named by transfer-funds                                transfer:funds
  https://banking.fabrikam.example  no rule, although "delete:" looks high-value           delete:all
  https://banking.fabrikam.example  everyday: no rule, and no high-value word in its name  read:accounts
  ${HIGH_VALUE_WORDS}

What happens in each flow
                                       transfer-funds
  Browser login                        not known: other code is deployed
  Silent login (\`prompt=none\`)         not known: other code is deployed
  Refresh token                        not known: other code is deployed
  Password                             not known: other code is deployed
  Legacy resource owner                not known: other code is deployed
  Device code                          not known: other code is deployed
  Token exchange                       not known: other code is deployed
  CIBA                                 not known: other code is deployed
  Legacy resource owner by JWT bearer  not known: other code is deployed
  Legacy social access token           not known: other code is deployed
  WebAuthn grant                       not known: other code is deployed
  Token exchange in an organization    not known: other code is deployed
  A protocol that is not known         not known: other code is deployed
  Acting for the user, in every flow   not known: other code is deployed
  Client credentials                   granted to \`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e

About the flows
  The code did otherwise than the policy says in 7 requests of those on which it was run.
  “May set one up”: a stolen password is enough to enrol a factor where there is none. Email counts as a factor, but nobody can enrol it.
  Clients and organizations that an exception names have rows of their own; where these say “as everybody”, the rows above hold.
  Client credentials run no post-login Action: only a client grant decides.
  A refresh answers no acr value, and client credentials have no user; SAML, WS-Federation and WS-Trust carry no OAuth scopes: their cells have a dash.

The policy in plain language
  transfer:funds on https://banking.fabrikam.example (transfer-funds)
    On a page in a browser: only after MFA by webauthn-roaming, at most 5m old; a user without one is denied.
    In a silent login (\`prompt=none\`): MFA by webauthn-roaming, at most 5m old, or else answered with \`login_required\`.
    In every flow without a browser except password and for whoever acts for somebody else except by password: scope removed.
    By password: denied.
    Rule \`transfer-funds\` does not bind client \`batch\` before 2027-01-31: No person there.
  invariant by-key
    No token for \`https://banking.fabrikam.example\` carries \`transfer:funds\` without MFA by webauthn-roaming, at most 1m old.

Every way to a token, what becomes of a protected scope there, and who has it
  Authorization code, also with PKCE, pushed (PAR) or hybrid  in a browser: challenged as the rules say  \`|<script>alert(1)</script>|@everyone\\u001b[2J\\u202e
  Silent login (\`prompt=none\`)                                in a browser: challenged as the rules say  every client
  Agent with an identity of its own                           as the way that it uses                    every client
  In no client that was seen: Implicit; SAML, WS-Federation and WS-Trust (no scopes; acr rules alone); Embedded login (cross-origin), which ends in a browser; Google One Tap (FedCM) on the login page; Native to Web (session transfer), which ends in a browser; Delegated session, in which nobody can be challenged; Refresh token, also online and multi-resource; Password, also with a realm; Device code; CIBA: by push, or by a link (which ends in a browser); Embedded passwordless; Native passkey; Native social login; Custom token exchange; On-behalf-of token exchange; Cross App Access (an assertion of another identity provider); Legacy: password, assertion and social token; Legacy: delegation; MFA grants: one-time password, out of band, recovery code; Client credentials; Anonymous session; Token Vault (another provider's token)

Checked in 12,345 cases
  transfer-funds  12,345 cases, all combinations
  A search bounded by a number of cases. Each field that the code read took its classes of values together with those of other fields; a case stands for every combination that differs from it only in fields that nobody read, so that together they decide 4,600 trillion combinations.
  Read by the code, and varied, with how many classes of values: transaction (4), transaction.protocol (20).
  One instance went through 20,000 logins, each of another client, organization and user.
  The engine is a released one, byte for byte: that it keeps no state and reads nothing but the event and the time was read in its code before the release.
  Limit: what no class stands for.
  Every case was also judged by a second reading of the policy that shares no code with the Action.

Invariants, and in how many cases each was judged
  never-throws  12,345 cases
  by-key        12,345 cases

What no audit sees, and who keeps it safe
  An Action after ours that calls \`multifactor.enable('none')\` or adds a scope  the owner of the trigger: bind ours last
  Client credentials: no user, so no post-login and no MFA                      client grants: never grant a high-value scope to a machine
  Anonymous sessions, Cross App Access, delegation: no Action is documented     the clients and grants: \`npm run audit\` names them
  My Account and other APIs of Auth0's own that no rule names                   the policy: the rule in docs/policy.md; client grants
  An API that authorises by \`permissions\` instead of \`scope\`                    the API: RBAC permissions ignore what was requested
  A token used twice, or stolen                                                 the API: short lifetime, and \`express/\` for single use
  An acr value dropped or swapped on the way: it is in the address bar          the app: \`requireStepUp(rule)\` of \`express/\`, never \`amr\`
  A stolen password on an account without any factor                            the policy: \`deny\` in all rules; the tenant: not "Always"
  A SAML or WS-Fed app: no ID token to check                                    its developers: an API or an OpenID Connect app instead
  A recovery code, and how factors are enrolled and reset                       the tenant's settings and its help desk

failed: what is protected is not known: other code is deployed; 2 violations, 3 errors, 3 warnings, 0 notes, 1 accepted, in 12,345 cases`
