import { html, type Html } from './html.ts'

/** One thing that happened, and what was seen of it. */
export interface Step {
  readonly title: string
  /** By which an address leads to it */
  readonly id?: string
  /** What it means, in a sentence */
  readonly text?: string
  readonly facts: readonly (readonly [name: string, value: string | readonly string[]])[]
  /** Lines of a file, unchanged */
  readonly lines?: string
  /** A form that goes on from here */
  readonly action?: Html | undefined
}

/** Tells a reader what went on behind the page. */
export function stepList(steps: readonly Step[]): Html {
  return html`<section class="steps" aria-labelledby="steps">
    <h2 id="steps">What happened</h2>
    <ol>
      ${steps.map(stepItem)}
    </ol>
  </section>`
}

function stepItem({ title, id, text, facts, lines, action }: Step): Html {
  return html`<li ${id && html`id="${id}"`}>
    <h3>${title}</h3>
    ${text && html`<p class="means">${text}</p>`}
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${typeof value === 'string' ? value : words(value)}</dd>
          </div>`,
      )}
    </dl>
    ${lines && html`<pre>${lines}</pre>`} ${action}
  </li>`
}

function words(values: readonly string[]): Html | string {
  if (values.length === 0) return 'none'
  return html`${values.map((value) => html`<code>${value}</code> `)}`
}
