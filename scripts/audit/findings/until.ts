import type { Path } from '../../policy/yaml-source.ts'
import type { AuditContext } from './context.ts'
import { kind, listed, type Found, type Kind } from './entry.ts'
import { typed } from '../../terminal/typed.ts'

const DAY_MS = 86_400_000
/** Time enough to review what ends. */
const SOON_DAYS = 30
/** Half a year: what is still needed then was no exception. */
const LONG_DAYS = 180

const STEP_UP =
  'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis'

/** What weakens the policy, or its audit, until a day. */
interface Until {
  readonly kind: 'exception' | 'report' | 'acceptance'
  readonly subject: string
  /** It in words, with its article. */
  readonly what: string
  readonly day: string
  readonly approvedBy?: string | undefined
  readonly ticket?: string | undefined
  readonly path: Path
  /** The key of its day. */
  readonly dayKey: string
}

interface Ending {
  readonly what: string
  /** YYYY-MM-DD, UTC */
  readonly expires: string
}

type EndingSoon = Ending & { readonly daysLeft: number }

/** Findings about what holds until a day: its end, its length, and who agreed to it. */
export const UNTIL_FINDINGS = {
  'exception-expires-soon': endsSoon('exception', {
    title: 'An exception expires soon',
    then: 'its users are challenged like everybody else',
    remedy: 'make them ready for step-up and remove the exception',
  }),
  'exception-expired': ended('exception', {
    title: 'An exception has expired',
    then: 'the rule binds its users like everybody else',
  }),
  'report-ends-soon': endsSoon('report', {
    title: 'A rule is enforced soon',
    then: 'the rule is enforced',
    remedy: `make its users ready (\`${typed('forecast')}\` names them)`,
  }),
  'report-ended': ended('report', {
    title: 'The report mode of a rule is over',
    then: 'the rule is enforced',
  }),
  'acceptance-expires-soon': endsSoon('acceptance', {
    title: 'An acceptance expires soon',
    then: 'the finding is open again',
    remedy: 'mend what was found',
  }),
  'acceptance-expired': ended('acceptance', {
    title: 'An acceptance has expired',
    then: 'what it accepted is open, where it is still found',
  }),

  'lasts-long': kind<EndingSoon>({
    severity: 'warning',
    title: 'Something is excepted or accepted for more than half a year',
    restsOn: [],
    find: (context) => endings(context).filter(({ daysLeft }) => daysLeft > LONG_DAYS),
    explain: ({ what, expires, daysLeft }) =>
      `${what} lasts until ${expires}, ${daysLeft} days from now; nobody has to look at it again before`,
    remedy: () => `choose a day within ${LONG_DAYS} days, and review it then`,
    source: STEP_UP,
  }),

  'not-approved': kind<{ readonly what: string; readonly lacks: readonly string[] }>({
    severity: 'warning',
    title: 'Nobody is named who agreed to a weakening',
    restsOn: [],
    find: ({ policy, locate }) =>
      untilsIn(policy).flatMap(({ subject, what, approvedBy, ticket, path }) => {
        const lacks = [
          ...(approvedBy === undefined ? ['approvedBy'] : []),
          ...(ticket === undefined ? ['ticket'] : []),
        ]
        return lacks.length === 0 ? [] : [{ subject, what, lacks, where: locate(path) }]
      }),
    explain: ({ what, lacks }) =>
      `${what} has no ${listed(lacks)}: who reads the policy cannot tell who agreed to it, or where`,
    remedy: ({ lacks }) => `write ${listed(lacks)} beside its reason`,
    source: STEP_UP,
  }),

  'acceptance-without-subject': kind<{ readonly finding: string }>({
    severity: 'warning',
    title: 'Every finding of a kind is accepted, also those to come',
    restsOn: [],
    find: ({ policy, locate }) =>
      (policy.audit?.accepted ?? []).flatMap(({ finding, subject }, i) =>
        subject === undefined
          ? [{ subject: finding, finding, where: locate(['audit', 'accepted', i]) }]
          : [],
      ),
    explain: ({ finding }) =>
      `\`${finding}\` is accepted whatever it is found of: the next one is accepted before anybody has seen it`,
    remedy: () => 'name the `subject` that was looked at, as the audit prints it',
    source: STEP_UP,
  }),
}

function endsSoon(
  ofKind: Until['kind'],
  { title, then, remedy }: Readonly<Record<'title' | 'then' | 'remedy', string>>,
): Kind<EndingSoon> {
  return {
    severity: 'warning',
    title,
    restsOn: [],
    find: (context) =>
      endings(context, ofKind).filter(({ daysLeft }) => daysLeft > 0 && daysLeft <= SOON_DAYS),
    explain: ({ what, expires, daysLeft }) =>
      `${what} ends on ${expires}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}; from then on ${then}`,
    remedy: () => `${remedy}, or have it reviewed and give it a new day`,
    source: STEP_UP,
  }
}

function ended(
  ofKind: Until['kind'],
  { title, then }: Readonly<Record<'title' | 'then', string>>,
): Kind<Ending> {
  return {
    severity: 'error',
    title,
    restsOn: [],
    find: (context) =>
      endings(context, ofKind).flatMap(({ daysLeft, ...ending }) =>
        daysLeft <= 0 ? [ending] : [],
      ),
    explain: ({ what, expires }) => `${what} ended on ${expires}: since then ${then}`,
    remedy: () => 'remove it, or have it reviewed and give it a new day',
    source: STEP_UP,
  }
}

function endings(
  { policy, today, locate }: AuditContext,
  ofKind?: Until['kind'],
): readonly Found<EndingSoon>[] {
  return untilsIn(policy)
    .filter(({ kind: is }) => ofKind === undefined || is === ofKind)
    .map(({ subject, what, day, path, dayKey }) => {
      const daysLeft = Math.ceil((Date.parse(day) - today.getTime()) / DAY_MS)
      return { subject, what, expires: day, daysLeft, where: locate([...path, dayKey]) }
    })
}

// The rule is part of the subject: two rules may except one client, and accepting the one finding
// must not accept the other.
function untilsIn({ rules, audit }: AuditContext['policy']): readonly Until[] {
  const ofRules = rules.flatMap(({ id, exceptions = [], report }, i): readonly Until[] => [
    ...exceptions.map(({ client, organization = '', expires, ...rest }, j) => {
      const exempt = client === undefined ? 'organization' : 'client'
      const name = client ?? organization
      return {
        ...rest,
        kind: 'exception' as const,
        subject: `${name} in ${id}`,
        what: `the exception of rule \`${id}\` for ${exempt} \`${name}\``,
        day: expires,
        path: ['rules', i, 'exceptions', j],
        dayKey: 'expires',
      }
    }),
    ...(report === undefined
      ? []
      : [
          {
            ...report,
            kind: 'report' as const,
            subject: id,
            what: `the report mode of rule \`${id}\``,
            day: report.until,
            path: ['rules', i, 'report'],
            dayKey: 'until',
          },
        ]),
  ])
  const ofAudit = (audit?.accepted ?? []).map(
    ({ finding, subject, expires, ...rest }, i): Until => ({
      ...rest,
      kind: 'acceptance',
      subject: subject === undefined ? finding : `${finding} of ${subject}`,
      what: `the acceptance of \`${finding}\`${subject === undefined ? '' : ` of \`${subject}\``}`,
      day: expires,
      path: ['audit', 'accepted', i],
      dayKey: 'expires',
    }),
  )
  return [...ofRules, ...ofAudit]
}
