import { createTwoFilesPatch } from 'diff'
import type { PlannedDiff } from '../diff/compare-built.ts'
import { sentenceOf, summaryOf } from '../diff/render-diff.ts'
import type { Desired } from '../tenant/desired.ts'
import type { Plan } from '../tenant/plan.ts'
import type { Preflight } from '../tenant/preflight.ts'
import type { Reading } from '../tenant/reading.ts'
import type { SetUp } from '../tenant/recent-writes.ts'
import type { Terminal } from '../terminal/command.ts'
import { printable, printableLines } from '../terminal/printable.ts'
import { section, type Paint } from '../terminal/layout.ts'
import { envFlag } from '../tenant/environment.ts'
import {
  NOT_WRITTEN,
  renderChanges,
  renderKept,
  renderNote,
  renderTwin,
  secondOf,
  TWINS,
} from './render-deployment.ts'
import { typed } from '../terminal/typed.ts'
import { formatProblem, type Problem } from '../terminal/user-error.ts'

interface Planned {
  readonly reading: Reading
  readonly desired: Desired
  /** Where other code would run than now. */
  readonly policyDiff: PlannedDiff | undefined
  /** What nobody could do after the deploy. */
  readonly refusals: Preflight['refusals']
  readonly setUp: SetUp
  /** What could not be judged. */
  readonly unknown: Preflight['unknown']
}

/** What a deploy would do, for people. The last line always has the same shape. */
export function renderPlan(planned: Planned, { paint }: Terminal): string {
  const { reading, desired, setUp, policyDiff, refusals, unknown } = planned
  const { plan, domain } = reading
  return [
    ...section(
      paint,
      `Plan for ${plan.environment} (${domain})`,
      renderChanges(paint, plan.changes),
    ),
    ...section(paint, 'Code', changedCode(reading, desired, paint)),
    ...section(
      paint,
      'Policy, compared with the deployed one',
      policyLines(
        policyDiff,
        paint,
        typed('diff', `--deployed ${envFlag(plan.environment)}`.trim()),
      ),
    ),
    ...section(paint, 'Left alone', plan.kept.map(renderKept)),
    ...section(paint, TWINS, plan.twins.map(renderTwin)),
    ...section(paint, NOT_WRITTEN, plan.notes.map(renderNote)),
    ...section(paint, 'Owner of the bindings', [setUpInWords(setUp)]),
    ...section(paint, 'Not known', unknown),
    ...section(paint, 'A deploy stops here', renderRefusals(refusals)),
    summary(plan, refusals.length > 0),
  ].join('\n')
}

// Whoever binds by the dashboard is named by `verify`, and owns nothing.
function setUpInWords(setUp: SetUp): string {
  switch (setUp.owner) {
    case 'none seen':
      return 'no other tool in the newest changes that the log of the tenant has'
    case 'unknown':
      return `not known: ${printable(setUp.reason)}`
    default: {
      const { at, what, by } = printable(setUp.newest)
      return `${setUp.owner}: ${what}, ${secondOf(at)}, by ${by}. Its next run may undo a deploy: see docs/beside-other-tools.md`
    }
  }
}

/** What a deploy stops at, each with what mends it. */
export function renderRefusals(refusals: readonly Problem[]): readonly string[] {
  return refusals.flatMap((one) => printableLines(formatProblem(one)).split('\n'))
}

/** Lines around a change that show where it is. */
const CONTEXT_LINES = 2

// New code is the bundle itself, which is there to be read.
function changedCode({ snapshot }: Reading, { action }: Desired, paint: Paint): readonly string[] {
  const deployed = snapshot.action?.deployed?.code
  if (deployed === undefined || deployed === action.code) return []
  return codeDiff(
    [
      { name: 'deployed', code: deployed },
      { name: 'built', code: action.code },
    ],
    paint,
  )
}

/** What changes for requests: every weakening, and how many changes there are. @param how to see them all */
export function policyLines(
  diff: PlannedDiff | undefined,
  paint: Paint,
  how: string | undefined,
): readonly string[] {
  if (diff === undefined) return []
  if ('notCompared' in diff) return printableLines(`not compared: ${diff.notCompared}`).split('\n')
  if (diff.groups.length === 0) return ['every request that Auth0 sends ends as before']
  const weaker = printable(diff.groups).filter(({ verdict }) => verdict === 'weaker')
  return [
    ...weaker.map((group) => `${paint('red', 'weaker')}: ${sentenceOf(group)}`),
    `${summaryOf(diff)}${how === undefined ? '' : ` With examples: ${how}`}`,
  ]
}

interface NamedCode {
  readonly name: string
  readonly code: string
}

/** The lines of a unified diff from the first code to the second. */
export function codeDiff(
  [before, after]: readonly [NamedCode, NamedCode],
  paint: Paint,
): readonly string[] {
  const { name, code } = before
  const patch = createTwoFilesPatch(name, after.name, code, after.code, '', '', {
    context: CONTEXT_LINES,
  })
  return printableLines(patch).trimEnd().split('\n').slice(1).map(painted(paint))
}

function painted(paint: Paint): (line: string) => string {
  return (line) => {
    if (line.startsWith('+')) return paint('green', line)
    return line.startsWith('-') ? paint('red', line) : line
  }
}

function summary({ environment, changes }: Plan, isStopped: boolean): string {
  const added = changes.filter(({ op }) => op === 'add').length
  const counts = `${added} to add, ${changes.length - added} to change, 0 to remove.`
  if (isStopped) return `${counts} Nothing was sent, and a deploy would send nothing: see above.`
  return changes.length === 0
    ? `${counts} Nothing to do: ${environment} is as it should be.`
    : `${counts} Nothing was sent; apply with: ${typed('deploy', envFlag(environment))}`
}
