import { createHash } from 'node:crypto'

/** How a bundle of ours begins, whatever its version: the mark by which a deploy knows it. */
export const BANNER_MARK = '// auth0-step-up '

const DIGEST = /^(?:\/\/.*\n){2}\/\/ SHA-256 of what follows: ([0-9a-f]{64})\n([^]*)$/

/** What the banner of code says about who wrote it. */
export type Authorship =
  /** As this package built it; a banner without a digest, as older versions wrote it, counts too. */
  | 'ours'
  /** Ours, and changed since. */
  | 'edited'
  | 'foreign'

/**
 * Puts the banner before the code of an Action: what it is, and a digest by which an edit shows.
 * @param policyHash SHA-256 of the compiled policy, in hex
 */
export function withBanner(
  code: string,
  { version, policyHash }: { readonly version: string; readonly policyHash: string },
): string {
  const digest = createHash('sha256').update(code).digest('hex')
  return [
    `${BANNER_MARK}${version}, policy ${policyHash}`,
    '// Generated: do not edit here. Change config/step-up.policy.yaml and deploy again.',
    `// SHA-256 of what follows: ${digest}`,
    code,
  ].join('\n')
}

const BANNER = /^\/\/ auth0-step-up .*\n\/\/ Generated: .*\n(?:\/\/ SHA-256 of what follows: .*\n)?/

/** Code without the banner that {@link withBanner} puts before it. */
export function withoutBanner(code: string): string {
  return code.replace(BANNER, '')
}

/** Judges code that a tenant has, by its banner. It finds edits, not forgers: anybody can hash. */
export function authorshipOf(code: string): Authorship {
  if (!code.startsWith(BANNER_MARK)) return 'foreign'
  const [, digest, rest = ''] = DIGEST.exec(code) ?? []
  if (digest === undefined)
    return code.includes('\n// SHA-256 of what follows: ') ? 'edited' : 'ours'
  return createHash('sha256').update(rest).digest('hex') === digest ? 'ours' : 'edited'
}
