import type { ShownPolicy } from '../web/workbench.ts'
import { html, type Html } from './html.ts'
import { csrfField, type Visitor } from './page.ts'

/** Shown beside a page: the rule that guards it, and a form that changes and deploys it. */
export interface PolicyPanel {
  readonly policy: ShownPolicy
  readonly rule: string
  /** The page to come back to */
  readonly path: string
  readonly codesUrl: string
  /** Why the last change was not deployed */
  readonly problem?: string | undefined
}

const AGES = [
  [0, 'at every request'],
  [60, 'after a minute'],
  [300, 'after 5 minutes'],
  [3600, 'after an hour'],
] as const

const FACTORS = [
  ['any', 'any'],
  ['otp', 'authenticator app'],
  ['webauthn-roaming', 'security key'],
] as const

export function policyPanel(panel: PolicyPanel, visitor: Visitor): Html {
  const { policy, rule: id, codesUrl, problem } = panel
  const rule = policy.rules.find((one) => one.id === id)
  if (rule === undefined) return html``
  const factors = rule.factors === 'any' ? 'any' : rule.factors.join(' ')
  return html`<aside class="panel" aria-labelledby="policy">
    <h2 id="policy">The rule</h2>
    <p class="means">${standing(policy)}</p>
    <pre>${rule.text}</pre>
    <form method="post" action="/policy">
      ${csrfField(visitor.csrf)}
      <input type="hidden" name="rule" value="${rule.id}" />
      <input type="hidden" name="back" value="${panel.path}" />
      <label for="maxAge">Ask for MFA again</label>
      <select id="maxAge" name="maxAge">
        ${options(AGES, rule.maxAge ?? 0)}
      </select>
      <label for="factors">Factors</label>
      <select id="factors" name="factors">
        ${options(FACTORS, factors)}
      </select>
      <button class="quiet">Deploy this rule</button>
    </form>
    ${problem && html`<p class="notice bad" role="alert">Not deployed: ${problem}</p>`}
    ${problem === undefined ? policy.last && outcome(policy.last) : undefined}
    <p class="means">
      Asked for a code?
      <a href="${codesUrl}" target="_blank" rel="noopener">These are the codes of now</a>
    </p>
  </aside>`
}

function standing({ file, isEdited }: ShownPolicy): Html {
  return isEdited
    ? html`The Action enforces it. <code>${file}</code> was edited since, and that is not deployed:
        a deploy from here takes it along, and writes the rule as you choose it below.`
    : html`It is in <code>${file}</code>, and the Action enforces it. A deploy from here writes that
        file.`
}

function outcome({ version, seconds, words }: NonNullable<ShownPolicy['last']>): Html {
  return html`<div class="notice good" role="status">
    <p>
      Version ${version} of the Action
      ${words.length === 0 ? 'was live already: nothing is changed' : `is live, ${seconds} s after the click`}.
    </p>
    ${words.map((line) => html`<p>${line.split('`').map(marked)}</p>`)}
  </div>`
}

/** What stands between two backticks is every second part. */
function marked(part: string, index: number): Html {
  return index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`
}

function options(
  known: readonly (readonly [value: string | number, name: string])[],
  current: string | number,
): readonly Html[] {
  const all = known.some(([value]) => value === current)
    ? known
    : [...known, [current, String(current)] as const]
  return all.map(([value, name]) =>
    value === current
      ? html`<option value="${value}" selected>${name}</option>`
      : html`<option value="${value}">${name}</option>`,
  )
}
