// A person at a browser who logs in and passes challenges where they come, and counts them.
import { TOTP } from 'otpauth'
import type { BrowserContext, Page } from 'playwright-core'
import type { Answer } from './setting.ts'

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

const PATIENCE_MS = 15_000
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
      const text = await page.locator(SHOWN).textContent({ timeout: 40 }).catch(() => null)
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
    if (page.isClosed() || !new URL(page.url()).pathname.startsWith('/u/')) continue
    if (await isThere(page, '[name=username]')) {
      await page.fill('[name=username]', email)
      await page.fill('[name=password]', password)
      await leave(page)
    } else if (await isThere(page, '[name=code]')) {
      // Each code is good for one use: the next one is that of half a minute later.
      const timestamp = Date.now() + before * 30_000
      await page.fill('[name=code]', new TOTP({ secret }).generate({ timestamp }))
      await leave(page)
      return 1
    }
  }
  return 0
}

async function isThere(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).isVisible().catch(() => false)
}

/** Sends a form. The page may be a popup that closes. */
async function leave(page: Page): Promise<void> {
  const gone = page.waitForEvent('framenavigated', { timeout: 5_000 })
  await page.keyboard.press('Enter')
  await Promise.race([gone, page.waitForEvent('close', { timeout: 5_000 })]).catch(() => undefined)
}
