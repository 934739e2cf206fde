import { parsePolicy } from '../../scripts/policy/load.ts'
import { BANKING } from './event.ts'

/** What the policies of the tests are judged against. */
export const SURROUNDINGS = {
  declaredScopes: new Map([
    [BANKING, new Set(['read:accounts', 'transfer:funds', 'close:account'])],
  ]),
}

/** Judges text as `policy.yaml`. */
export const parse = (text: string) => parsePolicy('policy.yaml', text, SURROUNDINGS)

/** The message of the error that a reading is refused with. */
export function messageOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

/** The message that a text is refused with, or `accepted`. */
export const refusal = (text: string) => messageOf(() => parse(text))

/** A policy of one good rule, with some of its lines replaced or added. */
export function ruleWith(changes: Readonly<Record<string, string>>): string {
  const lines = {
    id: 'id: transfer-funds',
    reason: 'reason: Moves money',
    protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`,
    requires: 'requires: { factors: any }',
    ...changes,
  }
  return ['version: 1', 'rules:', '  -', ...Object.values(lines).map((line) => `    ${line}`)].join(
    '\n',
  )
}
