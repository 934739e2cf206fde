import { readFileSync } from 'node:fs'

export interface Asset {
  readonly contentType: string
  readonly text: string
}

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/u/assets/login.css', read('login.css', 'text/css; charset=utf-8')],
  ['/u/assets/password.js', read('password.js', 'text/javascript; charset=utf-8')],
  ['/u/assets/dashboard.css', read('dashboard.css', 'text/css; charset=utf-8')],
  ['/u/assets/dashboard.js', read('dashboard.js', 'text/javascript; charset=utf-8')],
  ['/u/assets/poll.js', read('poll.js', 'text/javascript; charset=utf-8')],
  ['/u/assets/webauthn.js', read('webauthn.js', 'text/javascript; charset=utf-8')],
])

/** @returns the file at a path of the tenant, for everyone and for GET */
export function assetOf(path: string): Asset | undefined {
  return ASSETS.get(path)
}

function read(file: string, contentType: string): Asset {
  return { contentType, text: readFileSync(`${import.meta.dirname}/assets/${file}`, 'utf8') }
}
