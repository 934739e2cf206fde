import { createHash } from 'node:crypto'
import { finding, type Check } from './finding.ts'
import type { AuditContext } from './context.ts'
import { known } from '../tenant/facts.ts'

const OLDEST_RUNTIME = 22

export const OUR_ACTION_CHECKS: readonly Check[] = [
  actionIsDeployed,
  actionIsBound,
  deployedCodeIsTheBundle,
  runtimesAreCurrent,
]

function actionIsDeployed({ facts }: AuditContext) {
  const ours = known(facts.ourAction)
  if (ours === undefined || ours.state === 'planned' || ours.state === 'deployed') return []
  return [finding('action-not-deployed', ours.name, { action: ours.name, state: ours.state })]
}

function actionIsBound({ facts }: AuditContext) {
  const [ours, flow] = [known(facts.ourAction), known(facts.flow)]
  if (ours?.state !== 'deployed' || flow === undefined) return []
  if (flow.some(({ name }) => name === ours.name)) return []
  return [finding('action-not-bound', ours.name, { action: ours.name })]
}

function deployedCodeIsTheBundle({ facts, code }: AuditContext) {
  const ours = known(facts.ourAction)
  if (ours?.state !== 'deployed' || ours.code === code) return []
  const [expected, deployed] = [sha256(code), sha256(ours.code)]
  return [finding('deployed-code-differs', ours.name, { action: ours.name, expected, deployed })]
}

function runtimesAreCurrent({ facts }: AuditContext) {
  const ours = known(facts.ourAction)
  const others = (known(facts.flow) ?? []).filter(({ name }) => name !== ours?.name)
  const actions = ours !== undefined && 'runtime' in ours ? [ours, ...others] : others
  // A file may bind what it does not list.
  const isTold = (runtime: string) => runtime !== '' || facts.source.kind === 'tenant'
  return actions.flatMap(({ name: action, runtime }) =>
    isTold(runtime) && isOld(runtime)
      ? [finding('action-on-old-runtime', action, { action, runtime })]
      : [],
  )
}

function isOld(runtime: string): boolean {
  const version = /^node(\d+)/.exec(runtime)?.[1]
  return version === undefined || Number(version) < OLDEST_RUNTIME
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
