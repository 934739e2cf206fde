import { setTimeout as sleep } from 'node:timers/promises'
import type { Management } from 'auth0'
import type { ManagementClient } from './management.ts'
import { authorshipOf } from '../policy/banner.ts'
import { engineOf } from '../policy/engine.ts'
import { policyIn } from '../policy/policy-data.ts'
import { UserError } from '../terminal/user-error.ts'
import { sha256 } from './plan.ts'
import { ONCE, poll, sendOnce } from './sending.ts'

/** One version of the Action, as a person tells it from the others. */
export interface Version {
  readonly id: string
  readonly number: number
  /** ISO 8601 */
  readonly createdAt: string
  readonly sha256: string
  /** From the banner; absent where the code is not as a release of this package built it. */
  readonly policyHash?: string
  /** The ids of its rules; absent likewise. */
  readonly rules?: readonly string[]
  readonly isLive: boolean
  readonly code: string
}

/** A version never runs at once, and each look is a request. */
const FIRST_LOOK_MS = 1_000

/** Auth0 keeps this many. */
const PER_PAGE = 50

/** The versions of an Action, newest first. @throws ManagementError */
export async function listVersions(
  management: ManagementClient,
  action: Management.Action,
): Promise<readonly Version[]> {
  const { data } = await management.actions.versions.list(action.id ?? '', { per_page: PER_PAGE })
  const live = action.deployed_version?.id
  return data
    .map(({ id = '', number = 0, created_at: createdAt, code = '' }) => {
      const policy = isReleased(code) ? policyIn(code) : undefined
      return {
        id,
        number,
        createdAt: createdAt ?? '',
        sha256: sha256(code),
        ...(policy !== undefined && {
          ...{ policyHash: policyHashIn(code), rules: policy.rules.map((rule) => rule.id) },
        }),
        isLive: id === live,
        code,
      }
    })
    .toSorted((a, b) => b.number - a.number)
}

/**
 * Makes an old version the one that runs. Auth0 gives its content a new number.
 * @returns the number under which it runs now
 * @throws UserError when Auth0 accepts but does not run it; ManagementError
 */
export async function redeploy(
  management: ManagementClient,
  action: Management.Action,
  version: Version,
): Promise<number> {
  const { id = '', name = '', deployed_version: before } = action
  const liveNow = async (): Promise<number | undefined> => {
    const { deployed_version: live } = await management.actions.get(id)
    const { number = 0, code = '' } = live ?? {}
    return number > (before?.number ?? 0) && sha256(code) === version.sha256 ? number : undefined
  }
  await sendOnce(() => management.actions.versions.deploy(id, version.id, undefined, ONCE), liveNow)
  await sleep(FIRST_LOOK_MS)
  const number = await poll(liveNow)
  if (number !== undefined) return number
  throw new UserError({
    message: `Auth0 has accepted version ${version.number} of \`${name}\` but does not run it`,
    hint: 'run the same command again',
  })
}

// A banner alone can be forged, and whoever goes back in a hurry reads no code.
function isReleased(code: string): boolean {
  return authorshipOf(code) === 'ours' && engineOf(code).release !== undefined
}

function policyHashIn(code: string): string {
  return /^[^\n]*, policy ([0-9a-f]{64})/.exec(code)?.[1] ?? ''
}
