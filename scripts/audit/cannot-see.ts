import { typed } from '../terminal/typed.ts'

/** What no audit can see, and who keeps it safe: the table of SECURITY.md, which a test keeps equal. */
export const CANNOT_SEE: readonly { readonly what: string; readonly who: string }[] = [
  {
    what: "An Action after ours that calls `multifactor.enable('none')` or adds a scope",
    who: 'the owner of the trigger: bind ours last',
  },
  {
    what: 'Client credentials: no user, so no post-login and no MFA',
    who: 'client grants: never grant a high-value scope to a machine',
  },
  {
    what: 'Anonymous sessions, Cross App Access, delegation: no Action is documented',
    who: `the clients and grants: \`${typed('audit')}\` names them`,
  },
  {
    what: "My Account and other APIs of Auth0's own that no rule names",
    who: 'the policy: the rule in docs/policy.md; client grants',
  },
  {
    what: 'An API that authorises by `permissions` instead of `scope`',
    who: 'the API: RBAC permissions ignore what was requested',
  },
  {
    what: 'A token used twice, or stolen',
    who: 'the API: short lifetime, and `express/` for single use',
  },
  {
    what: 'An acr value dropped or swapped on the way: it is in the address bar',
    who: 'the app: `requireStepUp(rule)` of `express/`, never `amr`',
  },
  {
    what: 'A stolen password on an account without any factor',
    who: 'the policy: `deny` in all rules; the tenant: not "Always"',
  },
  {
    what: 'A SAML or WS-Fed app: no ID token to check',
    who: 'its developers: an API or an OpenID Connect app instead',
  },
  {
    what: 'A recovery code, and how factors are enrolled and reset',
    who: "the tenant's settings and its help desk",
  },
]
