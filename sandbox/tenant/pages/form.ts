import { html, type Html } from './html.ts'

/** Where a form posts to and what proves that it came from its own page. */
export interface FormTarget {
  readonly action: string
  readonly csrf: string
  /** the field that carries `csrf` back */
  readonly csrfField?: string
}

export interface TextField {
  readonly name: string
  readonly label: string
  readonly autocomplete: 'username' | 'current-password' | 'one-time-code' | 'off'
  readonly type?: 'text' | 'password'
  readonly inputMode?: 'numeric' | 'email' | 'text'
  readonly value?: string
  readonly maxLength?: number
}

/** @returns a form that posts to its own page */
export function form({ action, csrf, csrfField = 'csrf' }: FormTarget, content: Html): Html {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="${csrfField}" value="${csrf}" />
    ${content}
  </form>`
}

/** @returns a labelled input; with an `error` it points to the alert of {@link errorAlert} */
export function field(spec: TextField, error?: string): Html {
  const { name, label, autocomplete, type = 'text', inputMode, value, maxLength } = spec
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      required
      autocapitalize="none"
      spellcheck="false"
      ${attribute('inputmode', inputMode)}${attribute('value', value)}${attribute('maxlength', maxLength)}${
        error === undefined ? undefined : html` aria-invalid="true" aria-describedby="error"`
      }
    />`
}

function attribute(name: string, value: string | number | undefined): Html | undefined {
  return value === undefined ? undefined : html` ${name}="${value}"`
}

/** @returns what went wrong, told aloud by a screen reader */
export function errorAlert(error: string | undefined): Html | undefined {
  return error === undefined
    ? undefined
    : html`<p class="error" id="error" role="alert">${error}</p>`
}

/** @returns a button that sends the form, with a `name` and a `value` where it has them */
export function button(text: string, { name, value, look = 'primary' }: ButtonSpec = {}): Html {
  const skipsValidation = look === 'primary' ? undefined : html` formnovalidate`
  return html`<button
    type="submit"
    class="${look}"
    ${attribute('name', name)}${attribute('value', value)}${skipsValidation}
  >
    ${text}
  </button>`
}

export interface ButtonSpec {
  readonly name?: string
  readonly value?: string
  readonly look?: 'primary' | 'secondary' | 'link'
}
