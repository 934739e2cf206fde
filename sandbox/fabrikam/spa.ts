import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import express, { type Express } from 'express'

export interface SpaOptions {
  readonly issuerBaseUrl: string
  readonly clientId: string
  readonly audience: string
  readonly apiUrl: string
}

const SOURCES = join(import.meta.dirname, 'spa')
const SDK = dirname(dirname(fileURLToPath(import.meta.resolve('@auth0/auth0-spa-js'))))

/** Serves Fabrikam's single-page app: static files, and what they need to know of a tenant. */
export async function newSpa(options: SpaOptions): Promise<Express> {
  const policy = contentSecurityPolicy(options)
  const script = await bundle()
  const files: readonly (readonly [path: string, type: string, body: string | Buffer])[] = [
    ['/', 'html', readFileSync(join(SOURCES, 'index.html'))],
    ['/app.js', 'js', script],
    ['/auth0-worker.js', 'js', readFileSync(join(SDK, 'auth0-spa-js.worker.production.js'))],
    ['/fabrikam.css', 'css', readFileSync(join(import.meta.dirname, 'web/fabrikam.css'))],
    ['/config.json', 'json', JSON.stringify(options)],
  ]
  const app = express().disable('x-powered-by').disable('etag')
  app.use((_req, res, next) => {
    res.set({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    next()
  })
  for (const [path, type, body] of files) {
    app.get(path, (_req, res) => {
      res.type(type).send(body)
    })
  }
  return app
}

/** The page talks to the authorization server and to the API, and to nobody else. */
function contentSecurityPolicy({ issuerBaseUrl, apiUrl }: SpaOptions): string {
  const peers = [issuerBaseUrl, apiUrl].map((url) => new URL(url).origin)
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${peers.join(' ')}`,
    // A login that asks for nothing happens in a frame.
    `frame-src ${peers[0] ?? ''}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCES, 'app.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}
