import type { ServerResponse } from 'node:http'

/**
 * Makes the cookies of an answer end by the clock of the browser, which is that of the machine. By a clock of the
 * tenant that is in the past they would have ended before they are set.
 *
 * @param aheadMs how far the clock of the tenant is before that of the machine
 */
export function setCookiesInMachineTime(response: ServerResponse, aheadMs: () => number): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse
  response.writeHead = (...given: unknown[]) => {
    const cookies = response.getHeader('set-cookie')
    if (Array.isArray(cookies)) {
      response.setHeader(
        'set-cookie',
        cookies.map((cookie) => moved(cookie, aheadMs())),
      )
    }
    return writeHead(...given)
  }
}

/** The epoch means that the cookie is to be deleted. */
function moved(cookie: string, aheadMs: number): string {
  return cookie.replace(/(; expires=)([^;]+)/i, (whole, name: string, time: string) => {
    const ms = Date.parse(time)
    return ms === 0 ? whole : `${name}${new Date(ms - aheadMs).toUTCString()}`
  })
}
