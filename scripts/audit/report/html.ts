import type { Audit } from '../audit.ts'
import { accepted, coverage, findings, violations } from './html-findings.ts'
import { everyPath, matrices } from './html-paths.ts'
import { STYLE } from './html-style.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import { printable } from '../../terminal/printable.ts'
import { casesInWords, coveredInWords, placeOf, subjectRows, verdictLine } from './words.ts'
import { grouped } from '../../report/counts.ts'

/**
 * An audit as one page that a reviewer can keep as evidence: no script, nothing from elsewhere, for
 * screen and A4 paper.
 */
export function renderHtml(raw: Audit): string {
  const audit = printable(raw)
  const { verdict, at, environment, policy } = audit
  const title = `Step-up audit of ${environment}, ${at.slice(0, 10)}`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <p class="verdict ${verdict.outcome}">
              ${verdict.outcome === 'clean' ? '✓' : '✗'} ${verdictLine(audit)}
            </p>
          </header>
          <section>
            <h2>What was audited</h2>
            <table class="facts">
              <tbody>
                ${subjectRows(audit).map(
                  ([label, value]) =>
                    html`<tr>
                      <th scope="row">${label}</th>
                      <td>${value}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </section>
          ${violations(audit)} ${findings(audit)} ${accepted(audit)} ${matrices(audit)}
          ${coverage(audit)}
          <section>
            <h2>The policy in plain language</h2>
            ${policy.rules.map(inPlainLanguage)}
            ${
              policy.invariants.length === 0
                ? ''
                : html`<h3>What reviewers insist on besides</h3>
                    ${policy.invariants.map(inPlainLanguage)}`
            }
          </section>
          <section>
            <h2>What was checked, and what was not</h2>
            <p>
              The bundle was run in ${grouped(audit.exhaustive.cases)} cases:
              ${audit.exhaustive.rules.map((rule, i) => html`${i === 0 ? '' : '; '}for <code>${rule.id}</code> ${casesInWords(rule)}`)}.
            </p>
            <ul>
              ${coveredInWords(audit).map((sentence) => html`<li>${withCode(sentence)}</li>`)}
            </ul>
          </section>
          ${everyPath(audit)}
        </main>
      </body>
    </html> `
  return page.markup
}

function inPlainLanguage({ id, reason, says, where }: Audit['policy']['rules'][number]): Markup {
  return html`<article>
    <h3><code>${id}</code></h3>
    <p class="reason">${reason} <small>(${placeOf(where)})</small></p>
    <ul>
      ${says.map((sentence) => html`<li>${withCode(sentence)}</li>`)}
    </ul>
  </article> `
}
