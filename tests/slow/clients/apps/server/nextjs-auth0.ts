// The server half of nextjs-auth0 with Next's own requests and responses, without a Next.js app around it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Auth0Client, generateDpopKeyPair } from '@auth0/nextjs-auth0/server'
import { NextRequest, NextResponse } from 'next/server.js'
import { bundleOf } from './bundle.ts'
import { AUDIENCE, errorAnswer, SCOPES, type Answer } from '../setting.ts'
import { outcomePage } from './outcome.ts'
import type { StartApp } from './start-app.ts'

export const nextjsAuth0: StartApp = async (setting) => {
  const { issuer, baseUrl, clientId, clientSecret, way } = setting
  const isRefresh = way.includes('refresh')
  const isMultiResource = way.startsWith('multi-resource')
  const auth0 = new Auth0Client({
    domain: issuer,
    allowInsecureRequests: true,
    clientId,
    clientSecret,
    appBaseUrl: baseUrl,
    secret: '0'.repeat(64),
    ...(way.endsWith('with DPoP') && {
      useDPoP: true,
      dpopKeyPair: await generateDpopKeyPair(),
    }),
    pushedAuthorizationRequests: way.endsWith('with PAR'),
    authorizationParameters: isMultiResource
      ? { scope: 'openid profile offline_access' }
      : { audience: AUDIENCE, scope: `${SCOPES.everyday}${isRefresh ? ' offline_access' : ''}` },
  })
  const script = way === 'mfa.challengeWithPopup' ? await bundleOf('nextjs-auth0.ts') : undefined

  const loginUrl = (parameters: Readonly<Record<string, string>>): URL =>
    new URL(`/auth/login?${new URLSearchParams(parameters).toString()}`, baseUrl)

  const page = (answer: Answer | undefined, withScript?: string) =>
    new NextResponse(outcomePage(answer, withScript), { headers: { 'content-type': 'text/html' } })

  async function handle(request: NextRequest): Promise<NextResponse> {
    const { pathname } = request.nextUrl
    const scope = SCOPES['high-value']
    const response = await auth0.middleware(request)
    if (pathname.startsWith('/auth/')) return response
    const tokenFor = async (options: object): Promise<NextResponse> => {
      const { token } = await auth0.getAccessToken(request, response, options)
      const shown = page({ accessToken: token })
      // A rotated refresh token has to reach the session.
      for (const cookie of response.cookies.getAll()) shown.cookies.set(cookie)
      return shown
    }
    switch (pathname) {
      case '/everyday':
        return NextResponse.redirect(loginUrl({ returnTo: '/show' }))
      case '/high-value':
        if (script !== undefined) return page(undefined, script)
        if (isRefresh) return tokenFor({ audience: AUDIENCE, scope, mergeScopes: false })
        return NextResponse.redirect(
          loginUrl({ returnTo: '/show-high-value', scope, audience: AUDIENCE }),
        )
      case '/show':
        if (isMultiResource) return tokenFor({ audience: AUDIENCE, scope: SCOPES.everyday })
        return tokenFor({ refresh: isRefresh })
      case '/show-high-value':
        return tokenFor({ audience: AUDIENCE, scope, mergeScopes: false })
      default:
        return new NextResponse('not found', { status: 404 })
    }
  }

  return (incoming, outgoing) => {
    void handle(toRequest(incoming, baseUrl))
      .catch((error: unknown) => page(errorAnswer(error)))
      .then((response) => send(response, outgoing))
  }
}

function toRequest({ url = '/', method = 'GET', headers }: IncomingMessage, baseUrl: string) {
  return new NextRequest(new URL(url, baseUrl), {
    method,
    headers: Object.entries(headers).map(
      ([name, value]) => [name, String(value)] as const,
    ) as never,
  })
}

async function send(response: NextResponse, outgoing: ServerResponse): Promise<void> {
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  outgoing.writeHead(response.status)
  outgoing.end(await response.text())
}
