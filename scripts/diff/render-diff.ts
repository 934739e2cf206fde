import type { Terminal } from '../terminal/command.ts'
import { section } from '../terminal/render.ts'
import type { PolicyDiff, ReportedGroup } from './compare-policies.ts'
import type { Prompting } from './groups.ts'
import type { Protected } from './protected.ts'

type Verdict = ReportedGroup['verdict']

const TITLES: readonly (readonly [Verdict, string])[] = [
  ['weaker', 'Weaker'],
  ['stricter', 'Stricter'],
  ['different', 'Different'],
]

/** How many groups there are of each verdict: the last line, always of the same shape. */
export function summaryOf({ groups }: PolicyDiff): string {
  const count = (verdict: Verdict) => groups.filter((each) => each.verdict === verdict).length
  return `${count('stricter')} stricter, ${count('weaker')} weaker, ${count('different')} different.`
}

/** A difference for the terminal. @param from what the work tree is compared with, in words */
export function renderDiff(diff: PolicyDiff, from: string, { paint }: Terminal): string {
  const { groups } = diff
  if (groups.length === 0) return `Every request ends as with ${from}.\n${summaryOf(diff)}`
  const sections = TITLES.flatMap(([verdict, title]) => {
    const found = groups.filter((each) => each.verdict === verdict)
    const lines = found.flatMap((each) => [
      sentenceOf(each),
      ...exampleLines(each).map((line) => paint('dim', `  ${line}`)),
    ])
    return section(paint, title, lines)
  })
  return [
    ...section(paint, `Compared with ${from}`, promptingLines(groups)),
    ...sections,
    summaryOf(diff),
  ].join('\n')
}

/** A difference as Markdown, for a comment on a pull request. */
export function diffMarkdown(diff: PolicyDiff, from: string): string {
  const { groups } = diff
  const sections = TITLES.flatMap(([verdict, title]) => {
    const found = groups.filter((each) => each.verdict === verdict)
    if (found.length === 0) return []
    return [`### ${title}`, '', ...found.flatMap(markdownOf)]
  })
  return [
    '## Step-up policy',
    '',
    groups.length === 0
      ? `Every request ends as with ${from}.`
      : `Compared with ${from}. ${promptingLines(groups).join('. ')}.`,
    '',
    ...sections,
    `**${summaryOf(diff)}**`,
    '',
  ].join('\n')
}

function markdownOf(group: ReportedGroup): readonly string[] {
  const { example } = group
  return [
    `- ${sentenceOf(group)}`,
    `  <details><summary>Example at ${example.at}</summary>`,
    '',
    '  ```json',
    ...JSON.stringify(example.event, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    '  ```',
    '',
    '  </details>',
    '',
  ]
}

/** A difference in a sentence: who asks for what how, and what becomes of it before and after. */
export function sentenceOf(group: ReportedGroup): string {
  return `${requestsOf(group)}: ${group.was}, now ${group.now}`
}

function requestsOf({ protects, flows, subject, confidence }: ReportedGroup): string {
  const forWhom = subject && ('client' in subject ? subject.client : subject.organization)
  const kind = subject && 'client' in subject ? 'client' : 'organization'
  return [
    protects.map(thing).join(', '),
    flows,
    ...(forWhom === undefined ? [] : [`for ${kind} \`${forWhom}\``]),
    ...(confidence === undefined ? [] : [`with ${confidence} confidence`]),
  ].join(' ')
}

function thing(what: Protected): string {
  return 'acr' in what ? `acr \`${what.acr}\`` : `\`${what.scope}\``
}

function exampleLines({ example: { event, at } }: ReportedGroup): readonly string[] {
  return [`at ${at}: ${JSON.stringify(event)}`]
}

function promptingLines(groups: readonly ReportedGroup[]): readonly string[] {
  return [`prompted more: ${whoIs('more', groups)}`, `prompted less: ${whoIs('less', groups)}`]
}

function whoIs(prompting: Prompting, groups: readonly ReportedGroup[]): string {
  const found = groups.filter((each) => each.prompting === prompting).map(requestsOf)
  return found.length === 0 ? 'nobody' : `who asks for ${[...new Set(found)].join('; ')}`
}
