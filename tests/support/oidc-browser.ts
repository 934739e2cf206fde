// What a browser does with the pages of a sandbox tenant: cookies, redirects, forms. No scripts.
import { newCookieJar, type CookieJar } from './cookie-jar.ts'
import type { Sandbox } from './sandbox.ts'

/** Where the redirects ended: at a page of the tenant, or at the application. */
export type Stop =
  | {
      readonly at: 'page'
      readonly url: URL
      readonly status: number
      readonly title: string
      readonly html: string
      readonly headers: Headers
    }
  | {
      readonly at: 'application'
      readonly url: URL
      /** parameters of the response, wherever the response mode puts them */
      readonly response: Readonly<Record<string, string>>
    }
export type Page = Extract<Stop, { at: 'page' }>

export interface OidcBrowser {
  readonly cookies: CookieJar
  open(address: string | URL): Promise<Stop>
  /** Sends the form of a page: its hidden fields, and these; a value of `null` leaves one out. */
  submit(stop: Stop, fields?: Readonly<Record<string, string | null>>): Promise<Stop>
}

export function newOidcBrowser({ fetch, domain }: Pick<Sandbox, 'fetch' | 'domain'>): OidcBrowser {
  const origin = `https://${domain}`
  const cookies = newCookieJar()

  async function visit(url: URL, form?: URLSearchParams): Promise<Stop> {
    if (url.origin !== origin) return arrive(url, form ?? url.searchParams)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: cookies.headerFor(url.pathname),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form.toString() }),
    })
    cookies.keep(response.headers)
    const location = response.headers.get('location')
    const html = await response.text()
    if (location !== null) return visit(new URL(location, url))
    if (html.includes('document.forms[0].submit()')) {
      return visit(actionOf(html, url), new URLSearchParams(hiddenFields(html)))
    }
    const title = /<h1>([^<]*)/.exec(html)?.[1] ?? ''
    return { at: 'page', url, status: response.status, title, html, headers: response.headers }
  }

  return {
    cookies,
    open: (address) => visit(new URL(address, origin)),
    submit: (stop, fields = {}) => {
      const page = asPage(stop)
      const form = { ...hiddenFields(page.html), ...fields }
      const sent = Object.entries(form).filter(([, value]) => value !== null)
      return visit(actionOf(page.html, page.url), new URLSearchParams(sent as [string, string][]))
    },
  }
}

/**
 * What the user sees, or what the application is told.
 *
 * @param success what to say of a response without an error
 */
export function summaryOf(
  stop: Stop,
  success: (response: Readonly<Record<string, string>>) => string = () => 'logged in',
): string {
  if (stop.at === 'page') return stop.title
  const { error, error_description: text } = stop.response
  return error === undefined ? success(stop.response) : `${error}: ${text}`
}

export function asPage(stop: Stop): Page {
  if (stop.at === 'page') return stop
  throw new Error(`not at a page but at ${stop.url.href}`)
}

function arrive(url: URL, parameters: URLSearchParams): Stop {
  const found = url.hash === '' ? parameters : new URLSearchParams(url.hash.slice(1))
  return { at: 'application', url, response: Object.fromEntries(found) }
}

function actionOf(html: string, base: URL): URL {
  const action = /<form[^>]* action="([^"]*)"/.exec(html)?.[1]
  if (action === undefined) throw new Error(`no form on the page:\n${html}`)
  return new URL(unescape(action), base)
}

function hiddenFields(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)]
  return Object.fromEntries(
    inputs.map(([input]) => [
      unescape(/ name="([^"]*)"/.exec(input)?.[1] ?? ''),
      unescape(/ value="([^"]*)"/.exec(input)?.[1] ?? ''),
    ]),
  )
}

function unescape(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}
