import type { Exception, Rule } from '../../actions/step-up/policy.ts'
import type { Change } from './change.ts'

/** One of those whom the same rules except; what one of them comes to, each does. */
interface Excepted {
  readonly exception: Exception
  readonly others: number
}

/** The changes to a client or an organization that rules except now: one for all with the same exceptions. */
export function exceptionChanges(rules: readonly Rule[], nowMs: number): readonly Change[] {
  return exceptedBy(rules, nowMs).map(({ exception, others }) => {
    const rest = others === 0 ? '' : ` (or one of ${others} others with the same exceptions)`
    return 'client' in exception
      ? {
          words: `ask as client \`${exception.client}\`${rest}`,
          apply: (event) => void (event.client = { client_id: exception.client }),
        }
      : {
          words: `log in to organization \`${exception.organization}\`${rest}`,
          apply: (event) => void (event.organization = { id: exception.organization }),
        }
  })
}

function exceptedBy(rules: readonly Rule[], nowMs: number): readonly Excepted[] {
  const byName = new Map<string, { readonly exception: Exception; readonly rules: string[] }>()
  for (const { id, exceptions = [] } of rules) {
    for (const exception of exceptions.filter(({ untilMs }) => nowMs < untilMs)) {
      const name = JSON.stringify(nameOf(exception))
      const { rules } = byName.get(name) ?? { rules: [] }
      byName.set(name, { exception, rules: [...rules, id] })
    }
  }
  const byRules = new Map<string, Excepted>()
  for (const { exception, rules } of byName.values()) {
    const [kind] = nameOf(exception)
    const key = JSON.stringify([kind, ...new Set(rules)])
    const first = byRules.get(key)
    byRules.set(key, first ? { ...first, others: first.others + 1 } : { exception, others: 0 })
  }
  return [...byRules.values()]
}

function nameOf(exception: Exception): readonly ['client' | 'organization', string] {
  return 'client' in exception
    ? ['client', exception.client]
    : ['organization', exception.organization]
}
