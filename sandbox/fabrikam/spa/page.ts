import type { Account } from './banking.ts'

const EUROS = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** An element that index.html has. */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`no element ${id}`)
  return found
}

/** Shows who is logged in, or the way to it. */
export function showVisitor(name: string | undefined): void {
  element('user').textContent = name ?? ''
  element('account').hidden = name === undefined
  element('bank').hidden = name === undefined
  element('welcome').hidden = name !== undefined
}

/**
 * Says why a window is about to open, and waits until the visitor has clicked: browsers block it otherwise.
 * @returns whether it may open
 */
export function explainWindow(text: string): Promise<boolean> {
  element('ask-why').textContent = text
  const [open, refuse] = ['ask-open', 'ask-refuse'].map((id) => element(id) as HTMLButtonElement)
  if (open === undefined || refuse === undefined) throw new Error('unreachable: both are there')
  open.disabled = refuse.disabled = false
  element('ask').hidden = false
  open.focus()
  return new Promise((resolve) => {
    open.onclick = refuse.onclick = ({ currentTarget }) => {
      element('ask').hidden = true
      resolve(currentTarget === open)
    }
  })
}

/** Shows what was said beside the button that asked for it. */
export function answerBeside(id: string, text: string): void {
  element(id).textContent = text
}

/** Shows how the last thing ended. */
export function showNotice(kind: 'good' | 'bad', text: string): void {
  const notice = element('notice')
  notice.className = `notice ${kind}`
  notice.textContent = text
  notice.hidden = false
}

export function hideNotice(): void {
  element('notice').hidden = true
}

export function showAccounts(accounts: readonly Account[]): void {
  const rows = accounts.map(({ name, balance }) => {
    const heading = textElement('th', name)
    heading.setAttribute('scope', 'row')
    const amount = textElement('td', EUROS.format(balance))
    amount.className = 'amount'
    const row = document.createElement('tr')
    row.append(heading, amount)
    return row
  })
  element('accounts')
    .querySelector('tbody')
    ?.replaceChildren(...rows)
  element('accounts').hidden = false
}

/** Adds to what happened; a list of words is shown as such, also when it is empty. */
export function addStep(
  title: string,
  facts: Readonly<Record<string, string | readonly string[]>>,
): void {
  const list = document.createElement('dl')
  for (const [name, value] of [...Object.entries(facts), ['Time', clock()] as const]) {
    const pair = document.createElement('div')
    const text = (typeof value === 'string' ? value : value.join(' ')) || 'none'
    pair.append(textElement('dt', name), textElement('dd', text))
    list.append(pair)
  }
  const step = document.createElement('li')
  step.append(textElement('h3', title), list)
  element('steps').append(step)
}

function textElement(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

function clock(): string {
  return `${new Date().toISOString().slice(11, 19)} UTC`
}
