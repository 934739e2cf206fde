import type { Audit } from '../audit.ts'
import type { WayInTenant, WayVerdict } from '../tenant/ways.ts'
import { abridged } from '../../report/abridged.ts'

const NAMES = 8

const VERDICTS: Readonly<Record<WayVerdict, string>> = {
  challenged: 'in a browser: challenged as the rules say',
  answered: 'no browser: answered as the rules say',
  continues: 'ends a challenge that another way began',
  'as-its-flow': 'as the way that it uses',
  'no-action': 'no Action of post-login is documented to run: the rules do not reach it',
  'no-token': 'brings no token for an API of the tenant',
}

export const WAY_HEADS = ['Way', 'What becomes of a protected scope', 'Open in'] as const

/** Every way to a token that is documented, what the rules are worth on it, and who has it. */
export function wayRows({ ways }: Audit): readonly (readonly [WayInTenant, string, string])[] {
  return ways.map((way) => [way, VERDICTS[way.verdict], openIn(way)])
}

function openIn({ clients, seen }: WayInTenant): string {
  if (clients === 'every') return 'every client'
  if (seen === 'nothing') return 'not looked at'
  const names = clients.length === 0 ? 'none' : abridged(clients, NAMES)
  return seen === 'all' ? names : `${names}, of those that were seen`
}

/** Whether a client was seen that has a way, or may have it as nobody looked. */
export function isOpen({ clients, seen }: WayInTenant): boolean {
  return clients === 'every' || seen === 'nothing' || clients.length > 0
}
