import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { PUSHED_LIFETIME_SECONDS } from './adapter.ts'

type Middleware = Parameters<Provider['use']>[0]

interface ErrorBody {
  readonly error: string
  readonly error_description?: string
}

/** Status and text of the errors of the token endpoint where Auth0's differ from those of oidc-provider. */
export const speakAsAuth0: Middleware = async (ctx, next) => {
  await next()
  if (ctx.path === '/oauth/par' && ctx.status === 201) {
    ctx.body = { ...(ctx.body as object), expires_in: PUSHED_LIFETIME_SECONDS }
  }
  const body = ctx.body as Partial<ErrorBody> | undefined
  if (ctx.path !== '/oauth/token' || typeof body?.error !== 'string') return
  const status = STATUS.get(body.error)
  if (status !== undefined) ctx.status = status
  const proofError = wrongProofs.get(ctx as unknown as KoaContextWithOIDC)
  if (proofError !== undefined) {
    ctx.status = 400
    ctx.body = { error: 'invalid_dpop_proof', error_description: proofError } satisfies ErrorBody
  } else if (body.error === 'use_dpop_nonce') {
    ctx.body = { error: body.error, error_description: NONCE_NEEDED } satisfies ErrorBody
  } else if (body.error === 'invalid_client') {
    ctx.body = { error: 'access_denied', error_description: 'Unauthorized' } satisfies ErrorBody
  } else if (body.error_description === NOT_ALLOWED) {
    ctx.status = 403
    ctx.body = {
      error: 'unauthorized_client',
      error_description: `Grant type '${grantTypeOf(ctx as unknown as KoaContextWithOIDC)}' not allowed for the client.`,
    } satisfies ErrorBody
  } else if (body.error_description === 'grant request is invalid') {
    ctx.body = { error: body.error, error_description: UNKNOWN_GRANT } satisfies ErrorBody
  }
}

/** What oidc-provider has against a proof and tells the client only as a grant that is wrong (assumed). */
const wrongProofs = new WeakMap<KoaContextWithOIDC, string>()

export function noteWrongProofs(provider: Provider): void {
  provider.on('grant.error', (ctx, { error, error_detail: detail = '' }) => {
    if (error === 'invalid_grant' && detail.includes('DPoP')) wrongProofs.set(ctx, detail)
  })
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ['invalid_client', 401],
  ['invalid_grant', 403],
  ['unauthorized_client', 403],
  ['authorization_pending', 403],
  ['expired_token', 403],
  ['access_denied', 403],
  ['slow_down', 429],
])

const NOT_ALLOWED = 'requested grant type is not allowed for this client'
const NONCE_NEEDED = 'Authorization server requires nonce in DPoP proof'
const UNKNOWN_GRANT = 'Invalid authorization code'

function grantTypeOf({ oidc }: KoaContextWithOIDC): string {
  return String(oidc.params?.['grant_type'])
}
