/** What no audit can see, and who keeps it safe: the table of SECURITY.md, which a test keeps equal. */
export const CANNOT_SEE: readonly { readonly what: string; readonly who: string }[] = [
  {
    what: "An Action after ours that calls `multifactor.enable('none')` or adds a scope",
    who: 'whoever orders the trigger: bind ours last',
  },
  {
    what: 'Client credentials: no user, so no post-login and no MFA',
    who: 'client grants: never grant a high-value scope to a machine',
  },
  {
    what: 'An API that authorises by `permissions` instead of `scope`',
    who: 'the API: RBAC permissions ignore what was requested',
  },
  {
    what: 'A token used twice, or stolen',
    who: 'the API: short lifetime, single use by `jti`',
  },
  {
    what: 'A stolen password on an account without any factor',
    who: 'the policy: `whenNotEnrolled: deny` where that matters',
  },
  {
    what: 'A recovery code, and how factors are enrolled and reset',
    who: "the tenant's settings and its help desk",
  },
]
