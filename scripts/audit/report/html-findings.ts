import { placeOf } from '../../terminal/user-error.ts'
import type { Audit, ExplainedFinding } from '../audit.ts'
import type { ReportedViolation } from '../code/reported-violation.ts'
import { firstOf } from '../../report/abridged.ts'
import { grouped } from '../../report/counts.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import { coverageInWords, coverageRows, wordsInWords } from './coverage.ts'
import { findingInWords, groupFindings, remediesOf, type FindingGroup } from './finding-groups.ts'
import { callInWords, eventInWords, expiredInWords, unusedInWords } from './words.ts'

const REMEDIES = 5

/** The invariants that do not hold, each with its counterexample. */
export function violations({ exhaustive, code }: Audit): Markup {
  const found = exhaustive.violations
  const none = code.wasRun
    ? `None: every invariant held in every case${exhaustive.depth === 'quick' ? ' of a quick look' : ''}.`
    : 'Not known: the code was not run.'
  return html`<section>
    <h2>Violations</h2>
    ${found.length === 0 ? html`<p>${none}</p>` : found.map(violation)}
  </section>`
}

function violation(found: ReportedViolation): Markup {
  const { title, invariant, where, count, expected, calls, at, explanation } = found
  return html`<article class="finding error">
    <h3><span class="severity">violation</span> ${title}</h3>
    <p>${explanation} <small>(<code>${invariant}</code>, ${placeOf(where)})</small></p>
    <dl>
      <dt>Expected</dt>
      <dd>${withCode(expected)}</dd>
      <dt>Cases</dt>
      <dd>${grouped(count)}; the smallest of them, at ${at}:</dd>
      <dt>Event</dt>
      <dd><pre>${eventInWords(found)}</pre></dd>
      <dt>Calls made</dt>
      <dd><pre>${calls.map(callInWords).join('\n') || 'none'}</pre></dd>
    </dl>
  </article> `
}

/** The open findings, by kind. */
export function findings({ findings: { open } }: Audit): Markup {
  return html`<section>
    <h2>Findings</h2>
    ${open.length === 0 ? html`<p>None.</p>` : ''}
    ${groupFindings(open).map(
      (group) =>
        html`<article class="finding ${group.severity}">
          <h3><span class="severity">${group.severity}</span> ${group.title}</h3>
          <ul>
            ${group.findings.map((finding) => html`<li>${withCode(findingInWords(finding))}${finding.expired === undefined ? '' : html` <small>(${expiredInWords(finding.expired)})</small>`}</li>`)}
          </ul>
          <p>
            ${remediesIn(group).map((remedy) => html`→ ${withCode(remedy)}<br />`)}<small
              ><code>${group.code}</code>, source:
              <a href="${group.source}">${group.source}</a></small
            >
          </p>
        </article> `,
    )}
  </section>`
}

// They differ in a name at most, which the finding says already.
function remediesIn(group: FindingGroup<ExplainedFinding>): readonly string[] {
  const { shown, rest } = firstOf(remediesOf(group), REMEDIES, 'remedies')
  return [...shown, ...rest]
}

/** The findings that reviewers accepted, and acceptances that are for nothing. */
export function accepted({ findings: { accepted: list, unused } }: Audit): Markup {
  const rows = [
    ...list.map(({ acceptance, code, subject }) => ({ ...acceptance, code, subject, note: '' })),
    ...unused.map((each) => {
      const { finding: code, subject = 'any', ...rest } = each
      return { ...rest, code, subject, note: ` (${unusedInWords(each)})` }
    }),
  ]
  if (rows.length === 0) return html``
  return html`<section>
    <h2>Accepted findings</h2>
    <div class="scroll">
      <table class="accepted">
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">Of</th>
            <th scope="col">Why it may stay</th>
            <th scope="col">Approved by</th>
            <th scope="col">Until</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ code, subject, reason, approvedBy = '–', ticket, expires, note }) =>
              html`<tr>
                <th scope="row"><code>${code}</code>${note}</th>
                <td>${subject}</td>
                <td>${reason}</td>
                <td>${approvedBy}${ticket === undefined ? '' : ` (${ticket})`}</td>
                <td>${expires}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

/** Every scope of every resource server, and what the policy makes of it. */
export function coverage(audit: Audit): Markup {
  const rows = coverageRows(audit)
  if (rows.length === 0) return html``
  return html`<section>
    <h2>Coverage</h2>
    <p>${coverageInWords(audit)}.</p>
    <p>${wordsInWords(audit)}</p>
    <div class="scroll">
      <table class="coverage">
        <thead>
          <tr>
            <th scope="col">Audience</th>
            <th scope="col">Standing</th>
            <th scope="col">Scopes</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ audience, says, scopes }) =>
              html`<tr>
                <th scope="row">${audience}</th>
                <td>${says}</td>
                <td>${scopes.map((scope) => html`<code>${scope}</code> `)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}
