import type { Catalogue } from './entry.ts'

/** A place in code. */
interface InCode {
  /** `name:line:column` */
  readonly place: string
}

/** Findings about the code that was audited, by reading it and by what of it was never run. */
export interface CodeArgs {
  'engine-not-released': {
    /** SHA-256 of the engine, in hex. */
    readonly sha256: string
  }
  'policy-not-ours': { readonly policy: 'other' | 'none' }
  'code-not-confined': InCode & { readonly what: string }
  'code-not-run': { readonly why: string }
  'code-never-tried': InCode & {
    readonly text: string
    readonly never: 'true' | 'false' | 'reached'
  }
}

const VERSIONS = 'https://auth0.com/docs/customize/actions/manage-versions'
const LIMITATIONS = 'https://auth0.com/docs/customize/actions/limitations'

const deployAgain = () => 'deploy what this project builds, and find out who changed the code'

export const CODE_FINDINGS: Catalogue<CodeArgs> = {
  'engine-not-released': {
    severity: 'error',
    title: 'The engine is not a released one',
    explain: ({ sha256 }) =>
      `its bytes have the SHA-256 ${sha256}, which no release of this package has: what was reviewed and tested is not what runs`,
    remedy: deployAgain,
    source: VERSIONS,
  },
  'policy-not-ours': {
    severity: 'error',
    title: 'The code holds another policy',
    explain: ({ policy }) =>
      policy === 'other'
        ? 'the policy at the end of the code is not the one of this project'
        : 'the code does not end with a policy that is plain data',
    remedy: deployAgain,
    source: VERSIONS,
  },
  'code-not-confined': {
    severity: 'error',
    title: 'The code uses what the engine must not use',
    explain: ({ place, what }) =>
      `${place}: ${what}; with it the code could tell one login, one time or one place from another in ways that no number of cases shows`,
    remedy: () => 'take it out, or deploy what this project builds',
    source: LIMITATIONS,
  },
  'code-not-run': {
    severity: 'error',
    title: 'The code was not run',
    explain: ({ why }) => `${why}, so that nothing is known of what it does`,
    remedy: deployAgain,
    source: LIMITATIONS,
  },
  'code-never-tried': {
    severity: 'warning',
    title: 'Code was never tried',
    explain: ({ place, text, never }) =>
      never === 'reached'
        ? `${place}: \`${text}\` was reached in no case`
        : `${place}: \`${text}\` was ${never} in no case, so that nobody knows what happens then`,
    remedy: () => 'take it out, or deploy what this project builds',
    source: LIMITATIONS,
  },
}
