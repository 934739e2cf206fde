import { html, type Html } from './html.ts'

/** One thing that happened, and what was seen of it. */
export interface Step {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string | readonly string[]])[]
}

/** Tells a reader what went on behind the page. */
export function stepList(steps: readonly Step[]): Html {
  return html`<section class="steps" aria-labelledby="steps">
    <h2 id="steps">What happened</h2>
    <ol>
      ${steps.map(
        ({ title, facts }) =>
          html`<li>
            <h3>${title}</h3>
            <dl>
              ${facts.map(
                ([name, value]) =>
                  html`<div>
                    <dt>${name}</dt>
                    <dd>${typeof value === 'string' ? value : words(value)}</dd>
                  </div>`,
              )}
            </dl>
          </li>`,
      )}
    </ol>
  </section>`
}

function words(values: readonly string[]): Html | string {
  if (values.length === 0) return 'none'
  return html`${values.map((value) => html`<code>${value}</code> `)}`
}
