import { setTimeout as sleep } from 'node:timers/promises'
import type { Management } from 'auth0'
import type { ManagementClient } from './management.ts'
import { authorshipOf } from '../policy/banner.ts'
import { engineOf } from '../policy/engine.ts'
import { policyIn } from '../policy/policy-data.ts'
import { UserError } from '../terminal/user-error.ts'
import { sha256 } from './plan.ts'
import { ONCE, poll, sendOnce } from './sending.ts'

/** By what a person tells code of the Action from other code. */
interface Told {
  readonly sha256: string
  /** From the banner; absent where the code is not as a release of this package built it. */
  readonly policyHash?: string
  /** The ids of its rules; absent likewise. */
  readonly rules?: readonly string[]
}

/** One version of the Action. */
export interface Version extends Told {
  readonly id: string
  readonly number: number
  /** ISO 8601 */
  readonly createdAt: string
  readonly isLive: boolean
  readonly code: string
}

/** Code of the Action that is saved in the tenant, is not what runs, and stays whatever version runs. */
export interface Draft extends Told {
  /** ISO 8601 */
  readonly changedAt: string
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
    .map(({ id = '', number = 0, created_at: createdAt, code = '' }) => ({
      id,
      number,
      createdAt: createdAt ?? '',
      ...told(code),
      isLive: id === live,
      code,
    }))
    .toSorted((a, b) => b.number - a.number)
}

function told(code: string): Told {
  const policy = isReleased(code) ? policyIn(code) : undefined
  return {
    sha256: sha256(code),
    ...(policy !== undefined && {
      ...{ policyHash: policyHashIn(code), rules: policy.rules.map(({ id }) => id) },
    }),
  }
}

/** The draft of an Action where that is not what runs. @throws ManagementError */
export async function readDraft(
  management: ManagementClient,
  action: Management.Action,
): Promise<Draft | undefined> {
  const {
    code = '',
    deployed_version: live,
    ...now
  } = await management.actions.get(action.id ?? '')
  if (code === '' || code === live?.code) return undefined
  return { ...told(code), changedAt: now.updated_at ?? '' }
}

/**
 * Makes an old version the one that runs. Auth0 gives its content a new number.
 * @returns the number under which it runs now, and the code of the draft, which stays as it is
 * @throws UserError when Auth0 accepts but does not run it; ManagementError
 */
export async function redeploy(
  management: ManagementClient,
  action: Management.Action,
  version: Version,
): Promise<{ readonly number: number; readonly draft: string }> {
  const { id = '', name = '', deployed_version: before } = action
  const liveNow = async () => {
    const { deployed_version: live, code: draft = '' } = await management.actions.get(id)
    const { number = 0, code = '' } = live ?? {}
    const isLive = number > (before?.number ?? 0) && sha256(code) === version.sha256
    return isLive ? { number, draft } : undefined
  }
  await sendOnce(() => management.actions.versions.deploy(id, version.id, undefined, ONCE), liveNow)
  await sleep(FIRST_LOOK_MS)
  const live = await poll(liveNow)
  if (live !== undefined) return live
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
