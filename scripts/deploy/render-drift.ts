import type { Bundle } from '../policy/bundle.ts'
import { lapsesOf, type Lapse } from '../tenant/lapses.ts'
import type { Preflight } from '../tenant/preflight.ts'
import type { Reading } from '../tenant/reading.ts'
import type { RecentWrites } from '../tenant/recent-writes.ts'
import type { Terminal } from '../terminal/command.ts'
import { printable } from '../terminal/printable.ts'
import { aligned, section } from '../terminal/layout.ts'
import { envFlag } from '../tenant/environment.ts'
import {
  NOT_WRITTEN,
  renderChanges,
  renderNote,
  renderTwin,
  secondOf,
  TWINS,
} from './render-deployment.ts'
import { renderRefusals } from './render-plan.ts'
import { typed } from '../terminal/typed.ts'

interface Verified extends Preflight {
  readonly reading: Reading
  readonly recent: RecentWrites
  /** Names of the Actions that are deployed for post-login and run in no login. */
  readonly unbound: readonly string[]
  readonly rules: Bundle['rules']
}

/** Where a tenant differs from the repository, for people. */
export function renderDrift(verified: Verified, { paint }: Terminal): string {
  const { reading, recent, unbound, rules, refusals, unknown } = verified
  const { plan, domain } = reading
  const { environment, changes } = plan
  const beside = [
    ...section(paint, NOT_WRITTEN, plan.notes.map(renderNote)),
    ...section(paint, UNBOUND, printable(unbound)),
    ...section(paint, TWINS, plan.twins.map(renderTwin)),
    ...section(paint, 'Not known', unknown),
    ...section(paint, 'A deploy would stop here', renderRefusals(refusals)),
  ]
  if (changes.length === 0) {
    const all = `${environment} (${domain}) is as this repository says: deployed code, bindings, settings.`
    const but = refusals.length === 0 ? '' : ' But its rules cannot be satisfied: see above.'
    return [...beside, `${all}${but}`].join('\n')
  }
  return [
    ...section(
      (style, title) => paint('red', paint(style, title)),
      `Unprotected in ${environment} (${domain})`,
      unprotectedLines(reading, rules),
    ),
    ...section(
      paint,
      `Drift in ${environment} (${domain}): what it is → what it should be`,
      renderChanges(paint, changes),
    ),
    ...beside,
    ...section(paint, 'Newest changes in the log of the tenant', renderWrites(recent)),
    refusals.length === 0
      ? `${changes.length} to change. Bring it back with: ${typed('deploy', envFlag(environment))}`
      : `${changes.length} to change, once a deploy does not stop: see above.`,
  ].join('\n')
}

const UNBOUND =
  'Deployed for post-login and not bound: if one of them ran before, an import by auth0-deploy-cli has unbound it'

// With the rules, so that nobody has to look up what is at stake.
function unprotectedLines(reading: Reading, rules: Bundle['rules']): readonly string[] {
  const lapses = lapsesOf(reading).map(lapseInWords)
  return lapses.length === 0
    ? []
    : [...lapses, ...rules.map(({ id, protects }) => `${id}: ${protects}`)]
}

function lapseInWords(lapse: Lapse): string {
  const { why, action } = printable(lapse)
  switch (why) {
    case 'not-deployed':
      return `not deployed: no version of \`${action}\` runs, so whatever the rules protect is issued without step-up, unless another Action does the same`
    case 'not-bound':
      return `not bound: \`${action}\` runs in no login, so whatever the rules protect is issued without step-up, unless another Action does the same; the tool that writes the list of bindings has to include it`
    case 'other-code':
      return `other code: \`${action}\` runs code that this repository does not build; treat everything that the rules protect as unprotected`
  }
}

function renderWrites(recent: RecentWrites): readonly string[] {
  const shown = printable(recent)
  if (shown.log === 'unreadable') return [`not readable: ${shown.reason}`]
  return aligned(
    shown.writes.map(({ at, what, by, tool }) => [
      secondOf(at),
      what,
      `by ${by}${tool === undefined ? '' : ` with ${tool}`}`,
    ]),
  )
}
