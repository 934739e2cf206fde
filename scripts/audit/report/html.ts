import { placeOf } from '../../terminal/user-error.ts'
import type { Audit } from '../audit.ts'
import { accepted, coverage, findings, violations } from './html-findings.ts'
import { glance } from './html-glance.ts'
import { matrices } from './html-matrix.ts'
import { STYLE } from './html-style.ts'
import { ways } from './html-ways.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import { printable } from '../../terminal/printable.ts'
import {
  casesInWords,
  countsOf,
  coveredInWords,
  headlineOf,
  invariantRows,
  sinceInWords,
  subjectRows,
} from './words.ts'
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
              ${verdict.outcome === 'clean' ? '✓' : '✗'} ${headlineOf(audit)}<br /><small
                >${countsOf(audit)}</small
              >
            </p>
            ${glance(audit)}
          </header>
          ${since(audit)} ${violations(audit)} ${findings(audit)} ${accepted(audit)}
          ${matrices(audit)} ${coverage(audit)}
          <section>
            <h2>What was audited</h2>
            ${pairs('facts', subjectRows(audit))}
          </section>
          ${ways(audit)}
          <section>
            <h2>The policy in plain language</h2>
            ${policy.says.map(protection)}
            ${
              policy.invariants.length === 0
                ? ''
                : html`<h3>What reviewers insist on besides</h3>
                    ${policy.invariants.map(invariant)}`
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
            <h3>Each invariant, and in how many cases it was judged</h3>
            ${pairs('wide', invariantRows(audit))}
            <h3>What no audit sees, and who keeps it safe</h3>
            ${pairs(
              'wide',
              audit.cannotSee.map(({ what, who }) => [what, who] as const),
            )}
          </section>
        </main>
      </body>
    </html> `
  return page.markup
}

function since(audit: Audit): Markup {
  const [first, ...issues] = sinceInWords(audit)
  return first === undefined
    ? html``
    : html`<section>
        <h2>Since the last audit</h2>
        <p>${first}</p>
        ${sentences(issues)}
      </section>`
}

function pairs(kind: 'facts' | 'wide', rows: readonly (readonly [string, string])[]): Markup {
  return html`<table class="${kind}">
    <tbody>
      ${rows.map(
        ([label, value]) =>
          html`<tr>
            <th scope="row">${withCode(label)}</th>
            <td>${withCode(value)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function protection({ protects, rules, says }: Audit['policy']['says'][number]): Markup {
  return html`<article>
    <h3>
      ${protects.map((each, i) => html`${i === 0 ? '' : ', '}<code>${'acr' in each ? each.acr : each.scope}</code>`)}
      ${audiencesOf(protects)}
    </h3>
    ${rules.map(({ id, reason, where }) => html`<p class="reason"><code>${id}</code>: ${reason} <small>(${placeOf(where)})</small></p>`)}
    ${sentences(says)}
  </article> `
}

function audiencesOf(protects: Audit['policy']['says'][number]['protects']): string {
  const audiences = new Set(protects.flatMap((each) => ('acr' in each ? [] : each.audience)))
  return audiences.size === 0 ? '' : `on ${[...audiences].join(', ')}`
}

function invariant({ id, reason, says, where }: Audit['policy']['invariants'][number]): Markup {
  return html`<article>
    <h3><code>${id}</code></h3>
    <p class="reason">${reason} <small>(${placeOf(where)})</small></p>
    ${sentences(says)}
  </article> `
}

function sentences(says: readonly string[]): Markup {
  return html`<ul>
    ${says.map((sentence) => html`<li>${withCode(sentence)}</li>`)}
  </ul>`
}
