import { printable } from '../terminal/printable.ts'
import type { Api } from './found.ts'
import type { Proposal, ProposedRule } from './proposal.ts'
import { yamlText } from './yaml-text.ts'

/** The smallest tenant file: our Action, its binding, and the APIs whose scopes the policy names. */
export function tenantFileText({ name, apis }: Pick<Proposal, 'name' | 'apis'>): string {
  return `# What step-up needs of the tenant, in the format of auth0-deploy-cli. What is not listed here is left alone.
#
# This is NOT a whole tenant: a plain \`a0deploy import\` of it unbinds every other Action.

# The Action that enforces config/step-up.policy.yaml. \`build\` writes its code.
actions:
  - name: ${yamlText(name)}
    code: ./dist/step-up.js
    runtime: node22
    deployed: true
    supported_triggers:
      - id: post-login
        version: v3

# Without this binding the Action never runs. A deploy keeps the bindings of other Actions.
triggers:
  post-login:
    - action_name: ${yamlText(name)}
      display_name: ${yamlText(name)}
${apis.length === 0 ? '' : `\n# The APIs whose scopes the policy names. Their other settings stay as they are.\nresourceServers:\n${apis.map(apiText).join('')}`}`
}

function apiText({ name, identifier, scopes }: Api): string {
  return [
    `  - name: ${yamlText(name)}`,
    `    identifier: ${yamlText(identifier)}`,
    '    scopes:',
    ...scopes.map(({ value }) => `      - value: ${yamlText(value)}`),
    '',
  ].join('\n')
}

/** A policy to begin with: each rule says above it why it is proposed. */
export function policyText(rules: readonly ProposedRule[]): string {
  return `# Which scopes and acr values demand which MFA. What is not here is an everyday scope.
#
# These rules are proposals. Keep those that are right, and say in \`reason\` why the scope is high-value.
version: 1

rules:
${rules.map(ruleText).join('\n')}`
}

function ruleText({ id, because, protects }: ProposedRule): string {
  const target =
    'acr' in protects
      ? [`      acr: ${yamlText(protects.acr)}`]
      : [
          `      audience: ${yamlText(protects.api.identifier)}`,
          '      scopes:',
          `        - ${yamlText(protects.scope.value)}`,
        ]
  return [
    `  # ${describe(protects)}`,
    `  # ${printable(because)}`,
    `  - id: ${id}`,
    '    reason: Proposed by init. Say here why this is high-value.',
    '    protects:',
    ...target,
    '    requires:',
    '      factors: any # or a list, such as [webauthn-roaming, otp]',
    '      maxAge: 0 # 0 asks for a challenge at every request; 5m accepts an MFA of the last five minutes',
    '    whenNotEnrolled: enroll # deny keeps out who has no factor yet',
    '',
  ].join('\n')
}

function describe(protects: ProposedRule['protects']): string {
  if ('acr' in protects) return 'An acr value, which a web app without an API asks for.'
  const { api, scope } = printable(protects)
  return `${scope.description === '' ? scope.value : scope.description} (${api.name})`
}

/** An environment as it is written: a tenant, and the values of its keywords. */
export interface NewEnvironment {
  readonly name: string
  /** Absent for the sandbox. */
  readonly domain?: string
  readonly keywords: Readonly<Record<string, unknown>>
  readonly tenantFile?: string
}

/** The text of an environment's file. */
export function environmentText({ domain, keywords, tenantFile }: NewEnvironment): string {
  const content = {
    ...(domain !== undefined && { domain }),
    position: 'last',
    ...(tenantFile !== undefined && { tenantFile }),
    ...(Object.keys(keywords).length > 0 && { keywords }),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}
