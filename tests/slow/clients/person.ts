// A person at a browser who logs in and passes challenges where they come, and counts them.
import { TOTP } from 'otpauth'
import type { BrowserContext, Page } from 'playwright-core'
import type { Answer } from './apps/setting.ts'

export interface Person {
  readonly email: string
  readonly password: string
  readonly secret: string
}

/** What a call came to, and what it asked of the person. */
export interface Seen {
  readonly answer: Answer
  readonly challenges: number
  readonly popups: number
}

const PATIENCE_MS = 20_000
const TENANT_PAGE = /^https:\/\/localhost:\d+\/u\//
const NEW = 'body:not([data-sent])'
const SHOWN = '#outcome:not(:empty)'

/** Does what starts a call, and all that the pages of the tenant ask for, until the app shows an outcome. */
export async function seeThrough(
  page: Page,
  person: Person,
  act: () => Promise<unknown>,
): Promise<Seen> {
  const context = page.context()
  const opened: Page[] = []
  const open = (popup: Page): void => void opened.push(popup)
  context.on('page', open)
  let challenges = 0
  try {
    await act()
    const deadline = Date.now() + PATIENCE_MS
    while (Date.now() < deadline) {
      const text = await page
        .locator(SHOWN)
        .textContent({ timeout: 40 })
        .catch(() => null)
      if (text !== null) {
        return { answer: JSON.parse(text) as Answer, challenges, popups: opened.length }
      }
      challenges += await answerPages(context, person, challenges)
    }
    const urls = context.pages().map((open) => open.url())
    throw new Error(`nothing came of it; the browser shows ${urls.join(' and ')}`)
  } finally {
    context.off('page', open)
  }
}

/** @returns how many challenges were passed */
async function answerPages(
  context: BrowserContext,
  { email, password, secret }: Person,
  before: number,
): Promise<number> {
  for (const page of context.pages()) {
    if (page.isClosed() || !TENANT_PAGE.test(page.url())) continue
    if (await isThere(page, `${NEW} [name=username]`)) {
      await page.fill('[name=username]', email)
      await page.fill('[name=password]', password)
      await send(page)
    } else if (await isThere(page, `${NEW} [name=code]`)) {
      // Each code is good for one use: the next one is that of half a minute later.
      const timestamp = Date.now() + before * 30_000
      await page.fill('[name=code]', new TOTP({ secret }).generate({ timestamp }))
      await send(page)
      return 1
    }
  }
  return 0
}

async function isThere(page: Page, selector: string): Promise<boolean> {
  return page
    .locator(selector)
    .isVisible()
    .catch(() => false)
}

/** Sends a form, once: the same document is not answered again, and another one counts again. */
async function send(page: Page): Promise<void> {
  await page.evaluate("document.body.dataset.sent = 'yes'")
  await page.keyboard.press('Enter')
}
