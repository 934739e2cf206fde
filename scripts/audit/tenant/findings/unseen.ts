import type { Catalogue } from './entry.ts'

/** Findings about what the audit knows nothing of: what is unknown is said, never assumed good. */
export interface UnseenArgs {
  'part-not-seen': {
    readonly part: string
    /** Whether the file says nothing of it, or names some and the tenant may have more. */
    readonly seen: 'nothing' | 'listed'
    readonly file: string
  }
  'part-not-readable': {
    readonly part: string
    readonly domain: string
    /** The Management API scope that the credentials lack. */
    readonly lacks: string
  }
  'part-not-complete': { readonly part: string; readonly domain: string }
}

export const UNSEEN_FINDINGS: Catalogue<UnseenArgs> = {
  'part-not-seen': {
    severity: 'note',
    title: 'Not looked at: it is not in the file',
    explain: ({ part, seen, file }) =>
      seen === 'listed'
        ? `${file} lists some ${part}; the tenant may have more, which were not looked at`
        : `${file} says nothing of ${part}, so nothing was concluded about it`,
    remedy: () => 'audit the tenant itself with `--tenant`',
    source: 'https://auth0.com/docs/deploy-monitor/deploy-cli-tool/resource-specific-documentation',
  },
  'part-not-readable': {
    severity: 'warning',
    title: 'Not looked at: the credentials may not read it',
    explain: ({ part, domain, lacks }) =>
      `\`${domain}\` refuses to show ${part} without \`${lacks}\`, so nothing was concluded about it`,
    remedy: ({ lacks }) =>
      `grant \`${lacks}\` to the application under APIs > Auth0 Management API`,
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens',
  },
  'part-not-complete': {
    severity: 'warning',
    title: 'Not all looked at: the tenant does not list them all',
    explain: ({ part, domain }) =>
      `\`${domain}\` has more ${part} than it lists, so nothing was concluded about the others`,
    remedy: () => 'look through the others in the dashboard',
    source: 'https://auth0.com/docs/api/management/v2#pagination',
  },
}
