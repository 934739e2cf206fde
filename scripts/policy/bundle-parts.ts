/** The parts of a bundle; no `policy` where the code is none of this package. */
export interface BundleParts {
  readonly engine: string
  /** JavaScript that defines the rules and calls `postLogin` with them. */
  readonly policy: string | undefined
}

/** Divides a bundle where esbuild has written the name of its last part. */
export function splitAtPolicy(code: string): BundleParts {
  const start = code.indexOf('\n// policy\n')
  return start < 0
    ? { engine: code, policy: undefined }
    : { engine: code.slice(0, start), policy: code.slice(start) }
}

/** What stands in a bundle for what several rules have in common. */
export function groupName(index: number): string {
  return `group${index + 1}`
}
