import { isDeepStrictEqual } from 'node:util'
import type { Policy } from '../../../actions/step-up/policy.ts'
import { splitAtPolicy } from '../../policy/bundle-parts.ts'
import { engineOf, type Engine } from '../../policy/engine.ts'
import { policyIn } from '../../policy/policy-data.ts'
import { confine, type CodeBreach } from '../../reading/confine.ts'
import { sha256 } from '../../policy/bundle.ts'

/** The code that an audit is about: what is built here, what is deployed, or what a file holds. */
export interface CodeUnderAudit {
  readonly from: 'built' | 'deployed' | 'file'
  /** The file, or the name of the Action. */
  readonly name: string
  readonly code: string
}

/** What reading code tells; nothing of it is run for that. */
export interface CodeRead extends Omit<CodeUnderAudit, 'code'> {
  readonly sha256: string
  readonly bytes: number
  readonly engine: Engine
  /** Whether the policy at its end is data, and that of the project. */
  readonly policy: 'same' | 'other' | 'none'
  /** What it uses that the engine may not, by place; a released engine was read before its release. */
  readonly breaches: readonly CodeBreach[]
}

/** Reads code, to know what it is before any of it is run. */
export function readCode({ code, ...named }: CodeUnderAudit, policy: Policy): CodeRead {
  const own = policyIn(code)
  // What does not end with a policy is engine to its last byte: after a released one there may be code instead.
  const engine = own === undefined ? { sha256: sha256(code), release: undefined } : engineOf(code)
  const isReleased = engine.release !== undefined
  return {
    ...named,
    sha256: sha256(code),
    bytes: Buffer.byteLength(code),
    engine,
    policy: own === undefined ? 'none' : isDeepStrictEqual(own, plain(policy)) ? 'same' : 'other',
    breaches: isReleased ? [] : confine(own === undefined ? code : splitAtPolicy(code).engine),
  }
}

/** Whether code may be run: what reaches for the process that it runs in is not. */
export function isRunnable({ breaches }: CodeRead): boolean {
  return !breaches.some(({ isWayOut }) => isWayOut)
}

function plain(policy: Policy): unknown {
  return JSON.parse(JSON.stringify(policy))
}
