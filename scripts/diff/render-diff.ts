import { nameInWords } from '../policy/words.ts'
import type { NamedValue } from '../policy/policy-keywords.ts'
import { abridged } from '../report/abridged.ts'
import { grouped } from '../report/counts.ts'
import { commentOf } from '../report/comment.ts'
import { fenced, inline } from '../report/markdown-text.ts'
import type { Terminal } from '../terminal/command.ts'
import { jsonText, printable } from '../terminal/printable.ts'
import { section } from '../terminal/layout.ts'
import type { PolicyDiff } from './compare-policies.ts'
import type { MalformedChange } from './malformed.ts'
import type { ReportedChange } from './reported-change.ts'

type Verdict = ReportedChange['verdict']

// The first is cut last where a comment takes no more.
const TITLES: readonly (readonly [Verdict, string])[] = [
  ['weaker', 'Weaker'],
  ['stricter', 'Stricter'],
  ['different', 'Different'],
]
const MALFORMED = 'Requests that cannot be read, which Auth0 does not send'

const NAMES = 6
/** Of stricter and different changes no more are printed; of weaker ones all. */
const MOST_LINES = 20

/** How many changes there are of each verdict: the last line, always of the same shape. */
export function summaryOf({ groups, pairsNotCompared = 0 }: PolicyDiff): string {
  const more =
    pairsNotCompared === 0
      ? ''
      : ` Whether one request can have both of two things was not compared for ${grouped(pairsNotCompared)} pairs.`
  const count = (verdict: Verdict) => groups.filter((each) => each.verdict === verdict).length
  return `${count('stricter')} stricter, ${count('weaker')} weaker, ${count('different')} different.${more}`
}

/** What is compared. */
export interface Compared {
  /** With what the work tree is compared, in words. */
  readonly from: string
  /** What keywords of the policy stand for. */
  readonly keywords: readonly NamedValue[]
}

/** What the keywords of a policy stand for, a line for each. */
function keywordLines(keywords: readonly NamedValue[]): readonly string[] {
  return printable(keywords).map(({ keyword, value }) => `\`##${keyword}##\` is \`${value}\``)
}

/** A difference for the terminal. */
export function renderDiff(
  diff: PolicyDiff,
  { from, keywords }: Compared,
  { paint }: Pick<Terminal, 'paint'>,
): string {
  const { groups, malformed } = printable(diff)
  const sections = TITLES.flatMap(([verdict, title]) => {
    const found = groups.filter((each) => each.verdict === verdict)
    const shown = verdict === 'weaker' ? found : found.slice(0, MOST_LINES)
    const more = found.length - shown.length
    return section(paint, title, [
      ...shown.flatMap((each) => [
        sentenceOf(each),
        ...exampleLines(each).map((line) => paint('dim', `  ${line}`)),
      ]),
      ...(more > 0 ? [`and ${more} more, all of them in --json`] : []),
    ])
  })
  return [
    `Compared with ${from}`,
    ...keywordLines(keywords),
    '',
    ...(groups.length === 0 ? ['Every request that Auth0 sends ends as before.', ''] : sections),
    ...section(paint, MALFORMED, malformed.map(malformedInWords)),
    summaryOf(diff),
  ].join('\n')
}

/** A difference as Markdown, for a comment on a pull request. */
export function diffMarkdown(diff: PolicyDiff, { from, keywords }: Compared): string {
  const { groups, malformed } = printable(diff)
  const says =
    groups.length === 0
      ? `Every request that Auth0 sends ends as with ${from}.`
      : `Compared with ${from}.`
  return commentOf({
    heading: [`## Step-up policy`, inline(says), ...keywordLines(keywords).map(inline)].join(
      '\n\n',
    ),
    sections: [
      ...TITLES.map(([verdict, title], i) => ({
        head: `### ${title}`,
        importance: i + 1,
        items: groups.filter((each) => each.verdict === verdict).map(markdownOf),
      })),
      {
        head: `### ${MALFORMED}`,
        importance: TITLES.length + 1,
        items: malformed.map((each) => `- ${inline(malformedInWords(each))}`),
      },
    ],
    closing: `**${summaryOf(diff)}**`,
    whole: '`--json`',
  })
}

function markdownOf(change: ReportedChange): string {
  const { example, protects } = change
  return [
    `- ${inline(sentenceOf(change))}`,
    ...(example === undefined
      ? []
      : [
          '',
          `<details><summary>Example at ${example.at}</summary>`,
          '',
          ...(protects.length > NAMES
            ? [`For ${inline(protects.map(nameInWords).join(', '))}`, '']
            : []),
          fenced('json', jsonText(example.event, 2)),
          '',
          '</details>',
        ]),
  ].join('\n')
}

/** A change in a sentence: of what, where, for whom and when, what stood and what stands. */
export function sentenceOf(change: ReportedChange): string {
  const { protects, together, where, was, now, note } = change
  const things =
    together === undefined ? thingsInWords(protects) : togetherInWords(protects, together)
  const of = protects.length === 0 ? where : `${things}, ${where}`
  return `${of}: ${was} → ${now}${note === undefined ? '' : ` (${note})`}`
}

function thingsInWords(protects: ReportedChange['protects']): string {
  return `${abridged(protects.map(nameInWords), NAMES)}${onApi(protects)}`
}

function togetherInWords(
  first: ReportedChange['protects'],
  second: ReportedChange['protects'],
): string {
  const oneOf = (things: ReportedChange['protects']) =>
    `${things.length > 1 ? 'one of ' : ''}${abridged(things.map(nameInWords), NAMES)}`
  const [api, other] = [onApi(first), onApi(second)]
  return `${oneOf(first)}${api === other ? '' : api} and ${oneOf(second)}${other} asked for together`
}

function onApi([first]: ReportedChange['protects']): string {
  return first === undefined || 'acr' in first ? '' : ` on \`${first.audience}\``
}

function malformedInWords({ fields, asks, flows, was, now }: MalformedChange): string {
  const unreadable = fields.map((field) => `\`${field}\``).join(' or ')
  return `${unreadable} of a request for ${asks} by ${flows.join(' or ')}: ${was} → ${now}`
}

function exampleLines({ example }: ReportedChange): readonly string[] {
  return example === undefined ? [] : [`at ${example.at}: ${jsonText(example.event)}`]
}
