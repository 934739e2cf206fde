import { abridged } from '../report/abridged.ts'
import { commentOf } from '../report/comment.ts'
import { fenced, inline } from '../report/markdown-text.ts'
import type { Terminal } from '../terminal/command.ts'
import { jsonText, printable } from '../terminal/printable.ts'
import { section } from '../terminal/render.ts'
import type { PolicyDiff, ReportedGroup } from './compare-policies.ts'
import type { Prompting } from './groups.ts'
import type { Protected } from './protected.ts'

type Verdict = ReportedGroup['verdict']

// The first is cut last where a comment takes no more.
const TITLES: readonly (readonly [Verdict, string])[] = [
  ['weaker', 'Weaker'],
  ['stricter', 'Stricter'],
  ['different', 'Different'],
]

const NAMES = 6
const PROMPTED = 5
const GROUPS = 20

/** How many groups there are of each verdict: the last line, always of the same shape. */
export function summaryOf({ groups }: PolicyDiff): string {
  const count = (verdict: Verdict) => groups.filter((each) => each.verdict === verdict).length
  return `${count('stricter')} stricter, ${count('weaker')} weaker, ${count('different')} different.`
}

/** A difference for the terminal. @param from what the work tree is compared with, in words */
export function renderDiff(
  diff: PolicyDiff,
  from: string,
  { paint }: Pick<Terminal, 'paint'>,
): string {
  const { groups } = printable(diff)
  if (groups.length === 0) return `Every request ends as with ${from}.\n${summaryOf(diff)}`
  const sections = TITLES.flatMap(([verdict, title]) => {
    const found = groups.filter((each) => each.verdict === verdict)
    const more = found.length - GROUPS
    const lines = found
      .slice(0, GROUPS)
      .flatMap((each) => [
        sentenceOf(each),
        ...exampleLines(each).map((line) => paint('dim', `  ${line}`)),
      ])
    return section(paint, title, [
      ...lines,
      ...(more > 0 ? [`and ${more} more, all of them in --json`] : []),
    ])
  })
  return [
    ...section(paint, `Compared with ${from}`, promptingLines(groups)),
    ...sections,
    summaryOf(diff),
  ].join('\n')
}

/** A difference as Markdown, for a comment on a pull request. */
export function diffMarkdown(diff: PolicyDiff, from: string): string {
  const { groups } = printable(diff)
  const says =
    groups.length === 0
      ? `Every request ends as with ${from}.`
      : `Compared with ${from}. ${promptingLines(groups).join('. ')}.`
  return commentOf({
    heading: `## Step-up policy\n\n${inline(says)}`,
    sections: TITLES.map(([verdict, title], i) => ({
      head: `### ${title}`,
      importance: i + 1,
      items: groups.filter((each) => each.verdict === verdict).map(markdownOf),
    })),
    closing: `**${summaryOf(diff)}**`,
    whole: '`--json`',
  })
}

function markdownOf(group: ReportedGroup): string {
  const { example, protects } = group
  return [
    `- ${inline(sentenceOf(group))}`,
    '',
    `<details><summary>Example at ${example.at}</summary>`,
    '',
    ...(protects.length > NAMES ? [`For ${inline(protects.map(thing).join(', '))}`, ''] : []),
    fenced('json', jsonText(example.event, 2)),
    '',
    '</details>',
  ].join('\n')
}

/** A difference in a sentence: who asks for what how, and what becomes of it before and after. */
export function sentenceOf(group: ReportedGroup): string {
  return `${requestsOf(group)}: ${group.was}, now ${group.now}`
}

function requestsOf({ protects, flows, subject, confidence }: ReportedGroup): string {
  const forWhom = subject && ('client' in subject ? subject.client : subject.organization)
  const kind = subject && 'client' in subject ? 'client' : 'organization'
  return [
    abridged(protects.map(thing), NAMES),
    flows,
    ...(forWhom === undefined ? [] : [`for ${kind} \`${forWhom}\``]),
    ...(confidence === undefined ? [] : [`with ${confidence} confidence`]),
  ].join(' ')
}

function thing(what: Protected): string {
  return 'acr' in what ? `acr \`${what.acr}\`` : `\`${what.scope}\``
}

function exampleLines({ example: { event, at } }: ReportedGroup): readonly string[] {
  return [`at ${at}: ${jsonText(event)}`]
}

function promptingLines(groups: readonly ReportedGroup[]): readonly string[] {
  return [`prompted more: ${whoIs('more', groups)}`, `prompted less: ${whoIs('less', groups)}`]
}

function whoIs(prompting: Prompting, groups: readonly ReportedGroup[]): string {
  const found = groups.filter((each) => each.prompting === prompting).map(requestsOf)
  const requests = [...new Set(found)]
  const more = requests.length - PROMPTED
  const rest = more > 0 ? [`${more} more kinds of requests`] : []
  return found.length === 0
    ? 'nobody'
    : `who asks for ${[...requests.slice(0, PROMPTED), ...rest].join('; ')}`
}
