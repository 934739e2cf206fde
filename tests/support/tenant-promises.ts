// What a deploy promises about a tenant, whatever happens to it on its way.
import { liveVersion } from '../../sandbox/tenant/action-build.ts'
import type { Action, TenantState } from '../../sandbox/tenant/state.ts'
import { BANKING } from './event.ts'

export interface Promises {
  /** The tenant before the deploy. */
  readonly before: Readonly<TenantState>
  /** Code of ours that may run. */
  readonly codes: readonly string[]
  /** Code of ours that guards the high-value scope. */
  readonly guards: readonly string[]
}

/** @returns each promise that the tenant breaks now */
export function brokenPromises(state: TenantState, { before, codes, guards }: Promises): string[] {
  const live = boundCode(state)
  const hadOne = boundCode(before) !== undefined
  return [
    ...(same(others(state), others(before)) ? [] : ['other Actions or their place have changed']),
    ...(same(secretsOf(before), secretsOf(state)) ? [] : ['secrets have changed']),
    ...(scopesOf(before).every((scope) => scopesOf(state).includes(scope))
      ? []
      : ['a scope is gone']),
    ...(hadOne && !codes.includes(live ?? '') ? ['no step-up Action runs any more'] : []),
    ...(scopesOf(state).includes('transfer:funds') && !guards.includes(live ?? '')
      ? ['the scope is live and unguarded']
      : []),
  ]
}

/** Code of our Action that runs at a login. */
export function boundCode(state: Readonly<TenantState>): string | undefined {
  const action = ours(state)
  const isBound = state.bindings['post-login']?.some(({ action_id }) => action_id === action?.id)
  return isBound && action !== undefined ? liveVersion(action, Date.now())?.code : undefined
}

export function scopesOf(state: Readonly<TenantState>): string[] {
  const api = state.resourceServers.find(({ identifier }) => identifier === BANKING)
  const scopes = (api?.['scopes'] ?? []) as { readonly value: string }[]
  return scopes.map(({ value }) => value)
}

function others(state: Readonly<TenantState>): object {
  const id = ours(state)?.id
  return {
    actions: state.actions.filter((action) => action.id !== id),
    bound: (state.bindings['post-login'] ?? [])
      .map(({ action_id }) => action_id)
      .filter((other) => other !== id),
  }
}

// An Action that is new has none.
function secretsOf(state: Readonly<TenantState>): unknown {
  return ours(state)?.secrets ?? []
}

function ours({ actions }: Readonly<TenantState>): Action | undefined {
  return actions.find(({ name }) => name === 'Step-up')
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
