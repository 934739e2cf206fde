import { finding, type Finding } from '../findings/finding.ts'
import type { UntriedPoint } from './apart.ts'
import type { CodeRead } from './read-code.ts'

/** What was found out about code besides what it did on some login. */
export interface CodeFacts {
  readonly read: CodeRead
  /** Turns that no case took. */
  readonly untried: readonly UntriedPoint[]
  /** Why it was not run. */
  readonly notRun: string | undefined
}

/** Finds what speaks against code without any login that shows it. */
export function codeFindings({ read, untried, notRun }: CodeFacts): readonly Finding[] {
  const { from, name, engine, policy, breaches } = read
  const place = ({ line, column }: { readonly line: number; readonly column: number }) =>
    `${name}:${line}:${column}`
  return [
    ...(engine.release === undefined
      ? [finding('engine-not-released', name, { sha256: engine.sha256 })]
      : []),
    // Of deployed code another finding tells that it is not what is built.
    ...(policy === 'same' || from === 'deployed'
      ? []
      : [finding('policy-not-ours', name, { policy })]),
    ...breaches.map((each) =>
      finding('code-not-confined', name, { place: place(each), what: each.what }),
    ),
    ...(notRun === undefined ? [] : [finding('code-not-run', name, { why: notRun })]),
    ...untried.map((each) =>
      finding('code-never-tried', name, {
        place: place(each),
        text: each.text,
        never: each.never,
      }),
    ),
  ]
}
