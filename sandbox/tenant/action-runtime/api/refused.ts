import type { Trigger } from '../messages.ts'

/** The commands that are documented and not emulated: an Action that calls one is told so. */
export const REFUSED_COMMANDS: Readonly<Record<Trigger, readonly string[]>> = {
  'post-login': [
    'api.authentication.setPrimaryUser',
    'api.groups.getUserGroups',
    'api.groups.hasGroupMembership',
    'api.prompt.render',
    'api.roles.getUserEffectiveRoles',
    'api.roles.getUserEffectiveRolesByIds',
    'api.roles.getUserEffectiveRolesByNames',
  ],
  'credentials-exchange': [
    'api.transaction.addTargetScope',
    'api.transaction.clearTargetScopes',
    'api.transaction.removeTargetScope',
    'api.transaction.setTargetScopes',
  ],
  'custom-token-exchange': [],
}

/** @returns what an Action is told that calls a command which is not emulated */
export function refusal(command: string): string {
  return `\`${command}\` is not emulated by the sandbox.`
}
