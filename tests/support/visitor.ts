// A browser as far as server-rendered pages need one: it keeps cookies, follows redirects and sends forms.

export interface Visit {
  readonly status: number
  /** Path of the page where the redirects ended */
  readonly path: string
  readonly headers: Headers
  readonly text: string
}

export interface Visitor {
  /** Cookies by name */
  readonly cookies: Map<string, string>
  open(path: string): Promise<Visit>
  /** Sends a form with the `csrf` of the last page, unless one is given. */
  send(path: string, fields: Readonly<Record<string, string>>): Promise<Visit>
}

/** @param origin of the app, whose cookies alone are kept */
export function newVisitor(origin: string): Visitor {
  const cookies = new Map<string, string>()
  let csrf = ''

  async function visit(url: URL, body?: URLSearchParams): Promise<Visit> {
    const isHome = url.origin === origin
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(isHome && { cookie }) },
      ...(body && { method: 'POST', body }),
    })
    if (isHome) response.headers.getSetCookie().forEach(keep)
    const location = response.headers.get('location')
    if (location !== null) return visit(new URL(location, url))
    const text = await response.text()
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    return { status: response.status, path: url.pathname, headers: response.headers, text }
  }

  function keep(header: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }

  return {
    cookies,
    open: (path) => visit(new URL(path, origin)),
    send: (path, fields) => visit(new URL(path, origin), new URLSearchParams({ csrf, ...fields })),
  }
}
