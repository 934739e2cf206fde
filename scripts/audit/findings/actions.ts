import { listed, type Catalogue } from './entry.ts'
import { typed } from '../../terminal/typed.ts'

/** A call in the source of another Action. */
interface CallIn {
  readonly action: string
  /** The source, without comments. */
  readonly call: string
}

/** Findings about our Action and the others of its trigger. */
export interface ActionArgs {
  'action-not-deployed': { readonly action: string; readonly state: 'missing' | 'not-deployed' }
  'action-not-bound': { readonly action: string }
  'deployed-code-differs': {
    readonly action: string
    /** SHA-256 of the bundle that the policy builds, in hex. */
    readonly expected: string
    /** SHA-256 of the deployed code, in hex. */
    readonly deployed: string
  }
  'action-on-old-runtime': { readonly action: string; readonly runtime: string }
  'later-action-switches-mfa-off': CallIn
  'later-action-redirects': CallIn
  'action-adds-protected-scope': CallIn & { readonly scopes: readonly string[] }
  'action-adds-unknown-scope': CallIn
  'action-sets-target-scopes': CallIn
  'later-action-remembers-browser': CallIn
  'other-step-up': CallIn & {
    /** Protected scopes and acr values that it names. */
    readonly names: readonly string[]
  }
  'action-sets-our-claim': CallIn & { readonly claim: string }
  'action-lets-enrol': CallIn & {
    /** Ids of the rules that deny users without a factor. */
    readonly rules: readonly string[]
  }
  'earlier-action-changes-event': {
    readonly action: string
    /** The places in its source, without comments. */
    readonly places: readonly string[]
  }
  'action-not-followed': {
    readonly action: string
    /** What cannot be followed, in words. */
    readonly unclear: readonly string[]
  }
  'action-source-hidden': {
    readonly action: string
    /** Actions Modules that it uses; none where its own source is what cannot be seen. */
    readonly modules: readonly string[]
  }
  'too-many-challenge-commands': {
    /** How many our Action may use in one login. */
    readonly ours: number
    readonly others: readonly { readonly action: string; readonly commands: number }[]
  }
}

const API = 'https://auth0.com/docs/actions/reference/post-login/post-login-api-object'
const WRITE = 'https://auth0.com/docs/customize/actions/write-your-first-action'
const SELECTION =
  'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-selection-universal-login'

const MFA = 'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa'

// Said wherever a finding rests on a reading: nobody should trust it more than it deserves.
const HOW = '(found by reading its source, so it may be wrong)'

export const ACTION_FINDINGS: Catalogue<ActionArgs> = {
  'action-not-deployed': {
    severity: 'error',
    title: 'The Action is not deployed',
    explain: ({ action, state }) =>
      state === 'missing'
        ? `the tenant has no Action \`${action}\`, so no rule is enforced`
        : `\`${action}\` is only a draft: Auth0 runs deployed versions alone, so no rule is enforced`,
    remedy: () => `\`${typed('deploy')}\``,
    source: WRITE,
  },
  'action-not-bound': {
    severity: 'error',
    title: 'The Action is not bound to post-login',
    explain: ({ action }) => `\`${action}\` is deployed but never runs, so no rule is enforced`,
    remedy: () => `\`${typed('deploy')}\``,
    source: WRITE,
  },
  'deployed-code-differs': {
    severity: 'error',
    title: 'The deployed code is not what the policy builds',
    explain: ({ action, expected, deployed }) =>
      `\`${action}\` runs code with SHA-256 ${deployed}, the policy builds ${expected}: what is reviewed here is not what runs there`,
    remedy: () => `\`${typed('deploy')}\`, and find out who changed the Action`,
    source: 'https://auth0.com/docs/customize/actions/manage-versions',
  },
  'action-on-old-runtime': {
    severity: 'warning',
    title: 'An Action of the login runs on an old runtime',
    explain: ({ action, runtime }) =>
      `\`${action}\` runs on ${runtime === '' ? 'a runtime that the tenant does not show' : `\`${runtime}\``}; an Action that stops working takes the login and its step-up with it`,
    remedy: () => 'move it to `node22`',
    source:
      'https://auth0.com/docs/troubleshoot/product-lifecycle/deprecations-and-migrations/migrate-nodejs-22',
  },
  'later-action-switches-mfa-off': {
    severity: 'error',
    title: 'A later Action can take the challenge back',
    explain: ({ action, call }) =>
      `\`${action}\` runs after ours and calls \`${call}\` ${HOW}; a challenge asked for with \`multifactor.enable\` waits for the end of the login, where the last word may count`,
    remedy: ({ action }) => `run \`${action}\` before ours, or take the call out`,
    source: API,
  },
  'later-action-redirects': {
    severity: 'warning',
    title: 'A later Action redirects before the challenge',
    explain: ({ action, call }) =>
      `\`${action}\` runs after ours and calls \`${call}\` ${HOW}; the challenge comes after the redirect, and Auth0 does not document that it survives one`,
    remedy: ({ action }) =>
      `try it on the tenant: a login that needs step-up and is redirected by \`${action}\` must end at the challenge; Auth0 wants a redirect in an Action of its own, as the last of the flow`,
    source: SELECTION,
  },
  'action-adds-protected-scope': {
    severity: 'error',
    title: 'Another Action adds a protected scope',
    explain: ({ action, call, scopes }) =>
      `\`${action}\` calls \`${call}\` ${HOW} and names ${listed(scopes)}; a scope that is added was never requested, so no rule sees it`,
    remedy: () => 'have apps request the scope instead',
    source: API,
  },
  'action-adds-unknown-scope': {
    severity: 'warning',
    title: 'Another Action adds scopes that cannot be told from its source',
    explain: ({ action, call }) =>
      `\`${action}\` calls \`${call}\` ${HOW}; if that is ever a protected scope, no rule sees it`,
    remedy: () => 'read it, and accept the finding if it adds no protected scope',
    source: API,
  },
  'action-sets-target-scopes': {
    severity: 'error',
    title: 'Another Action replaces the scopes of the token',
    explain: ({ action, call }) =>
      `\`${action}\` calls \`${call}\` ${HOW}; scopes that are set this way were never requested, so no rule sees them`,
    remedy: () => 'have apps request the scopes instead',
    source:
      'https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object',
  },
  'later-action-remembers-browser': {
    severity: 'error',
    title: 'A later Action lets a browser be remembered',
    explain: ({ action, call }) =>
      `\`${action}\` runs after ours and calls \`${call}\` ${HOW}; it has the last word, and in a browser that is remembered the next step-ups ask for nothing`,
    remedy: ({ action }) =>
      `unbind \`${action}\`, if it is the step-up of the time before this package; else run it before ours, or have it say \`allowRememberBrowser: false\``,
    source: MFA,
  },
  'other-step-up': {
    severity: 'warning',
    title: 'Another Action steps up for what a rule protects',
    explain: ({ action, call, names }) =>
      `\`${action}\` calls \`${call}\` ${HOW} and names ${listed(names)}; two step-ups for one scope ask twice or contradict each other, and should ours ever be unbound, the other one hides it`,
    remedy: ({ action }) => `unbind \`${action}\`, if the rules say all that it did`,
    source: MFA,
  },
  'action-sets-our-claim': {
    severity: 'error',
    title: 'Another Action sets the claim that proves a step-up',
    explain: ({ action, call, claim }) =>
      `\`${action}\` calls \`${call}\` ${HOW}; APIs and apps accept \`${claim}\` as proof of MFA, whichever Action set it`,
    remedy: () => 'have it set a claim of another name',
    source: API,
  },
  'action-lets-enrol': {
    severity: 'warning',
    title: 'Another Action lets users set up the factor without which a rule denies them',
    explain: ({ action, call, rules }) =>
      `\`${action}\` calls \`${call}\` ${HOW}, and with that a user without a factor sets one up with the password alone: ${listed(rules)} ${rules.length === 1 ? 'denies' : 'deny'} such users, but somebody who stole the password can ask for that first, and then pass`,
    remedy: () =>
      'take the call out, write `enroll` in the rules where this does no harm, or accept it as the way to a first factor',
    source:
      'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-enrollments-universal-login',
  },
  'earlier-action-changes-event': {
    severity: 'warning',
    title: 'An earlier Action may change what our Action reads',
    explain: ({ action, places }) =>
      `\`${action}\` runs before ours and may change what ours reads of \`event\`, in ${listed(places)} ${HOW}; Auth0 calls the event read-only, and does not document that a change stays with the Action that makes it: what is no longer in the event, no rule sees`,
    remedy: () => 'have it work on a copy: `structuredClone(event)`, or a variable of its own',
    source: 'https://auth0.com/docs/actions/reference',
  },
  'action-not-followed': {
    severity: 'warning',
    title: 'Another Action does what cannot be followed by reading it',
    explain: ({ action, unclear }) =>
      `of \`${action}\`: ${unclear.join('; ')}; by that it may add scopes or take a challenge back`,
    remedy: () => 'read it, and accept the finding if it does neither',
    source: API,
  },
  'action-source-hidden': {
    severity: 'warning',
    title: 'The source of another Action was not looked at',
    explain: ({ action, modules }) =>
      modules.length === 0
        ? `the source of \`${action}\` cannot be seen, as with integrations of the Marketplace; it may add scopes or take a challenge back`
        : `\`${action}\` uses the Actions Modules ${listed(modules)}, whose source was not read; they may add scopes or take a challenge back`,
    remedy: () => 'read it, and accept the finding if it does neither',
    source: 'https://auth0.com/docs/customize/actions/actions-overview',
  },
  'too-many-challenge-commands': {
    severity: 'warning',
    title: 'The Actions of one login may use more than four challenge commands',
    explain: ({ ours, others }) =>
      `ours uses up to ${ours}, ${others.map(({ action, commands }) => `\`${action}\` ${commands}`).join(', ')} ${HOW}; Auth0 takes four for all Actions together, and the fifth ends the login with an error`,
    remedy: () => 'challenge in one Action, and let the others read what was passed',
    source: SELECTION,
  },
}
