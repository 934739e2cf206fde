import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import type { Facts } from '../proof/facts.ts'

type Flow = Facts['flow']

const LABELS: readonly (readonly [Flow, string])[] = [
  ['browser', 'in a browser'],
  ['refresh-token', 'on a refresh'],
  ['no-browser', 'without a browser'],
]

/**
 * Names the flows that a change concerns: a whole flow by its name where the change is in all of its
 * protocols that were tried, single protocols otherwise.
 */
export function flowsOf(protocols: readonly string[], tried: ReadonlySet<string>): string {
  const isEverywhere = [...tried].every((protocol) => protocols.includes(protocol))
  if (isEverywhere && protocols.length > 1) return 'in every flow'
  return LABELS.flatMap(([flow, label]) => {
    const changed = protocols.filter((protocol) => flowOf(protocol) === flow)
    const unchanged = [...tried].filter(
      (protocol) => flowOf(protocol) === flow && !changed.includes(protocol),
    )
    if (changed.length === 0) return []
    if (unchanged.length === 0) return [label]
    return unchanged.length < changed.length
      ? [`${label} except by ${listOf(unchanged)}`]
      : [`by ${listOf(changed)}`]
  }).join(' and ')
}

function flowOf(protocol: string): Flow {
  return PROTOCOL_TABLE.find(([name]) => name === protocol)?.[1] ?? 'no-browser'
}

function listOf(protocols: readonly string[]): string {
  return protocols.map((protocol) => `\`${protocol}\``).join(', ')
}
