import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/layout.ts'
import { printable } from '../terminal/printable.ts'
import { typed } from '../terminal/typed.ts'
import type { Initialized } from './run-init.ts'

/** What `init` did, for people. */
export function renderInit(raw: Initialized, { paint }: Pick<Terminal, 'paint'>): string {
  const { from, written, kept, rules, olderStepUps, leftOut, remarks, environments } =
    printable(raw)
  return [
    `Read ${from}, and changed nothing there.`,
    '',
    ...section(paint, 'Written', written),
    ...section(paint, 'Kept, as they were there', kept),
    ...section(
      paint,
      'Rules proposed, to be reviewed',
      aligned(rules.map(({ id, protects, because }) => [id, protects, because])),
    ),
    ...section(paint, 'Demands MFA already, and stays', olderStepUps.map(stepUpInWords)),
    ...section(paint, 'Left out of the tenant file', leftOutLines(leftOut)),
    ...section(paint, 'Worth a look', remarks),
    ...section(
      paint,
      'Next',
      aligned([
        [typed('deploy'), 'tries it in a sandbox tenant on this machine'],
        ...environments
          .slice(0, 1)
          .map((name) => [typed('plan', `--env ${name}`), `says what it would change in ${name}`]),
      ]),
    ),
  ]
    .join('\n')
    .trimEnd()
}

function stepUpInWords({
  action,
  isBound,
  scopes,
  acrs,
  others,
}: Initialized['olderStepUps'][number]): string {
  const names = [...scopes, ...acrs.map((acr) => `acr ${acr}`)].join(', ')
  const named = names === '' ? 'names no scope of these APIs and no acr value' : `names ${names}`
  const more = others.length === 0 ? '' : `; and ${others.join(', ')}, which no API here has`
  return `Action "${action}"${isBound ? '' : ', not bound'}: ${named}${more}`
}

// What has the same reason shares a line.
function leftOutLines(leftOut: Initialized['leftOut']): readonly string[] {
  const reasons = [...new Set(leftOut.map(({ why }) => why))]
  return reasons.map(
    (reason) =>
      `${leftOut
        .filter(({ why }) => why === reason)
        .map(({ what }) => what)
        .join(', ')}: ${reason}`,
  )
}
