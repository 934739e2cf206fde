import { createHash } from 'node:crypto'
import { EmbeddedJWK, calculateJwkThumbprint, errors, jwtVerify } from 'jose'
import type { RawRequest } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { PROOF_ALGORITHMS } from '../login/proof-of-possession.ts'
import { providerOf } from './provider.ts'

/** As at the token endpoint. */
const MAX_AGE_SECONDS = 300

/**
 * Whether the request proves that it comes from the client whose key a token is bound to, for once.
 *
 * @see RFC 9449, section 4.3
 */
export async function isFromHolder(
  tenant: Tenant,
  { method, path, headers }: RawRequest,
  { token, thumbprint }: { readonly token: string; readonly thumbprint: string },
): Promise<boolean> {
  try {
    const { payload, protectedHeader } = await jwtVerify(headers['dpop'] ?? '', EmbeddedJWK, {
      algorithms: [...PROOF_ALGORITHMS],
      typ: 'dpop+jwt',
      currentDate: new Date(tenant.now()),
    })
    const { jti, htm, htu, iat, ath } = payload
    const age = Math.abs(tenant.now() / 1_000 - (iat ?? NaN))
    return (
      htm === method &&
      isAddress(htu, `https://${tenant.domain}${path}`) &&
      age <= MAX_AGE_SECONDS &&
      ath === createHash('sha256').update(token).digest('base64url') &&
      protectedHeader.jwk !== undefined &&
      (await calculateJwkThumbprint(protectedHeader.jwk)) === thumbprint &&
      typeof jti === 'string' &&
      jti !== '' &&
      (await isFirstUse(tenant, `${thumbprint} ${jti}`))
    )
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

/** Query and fragment do not count. */
function isAddress(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || !URL.canParse(given)) return false
  const { origin, pathname } = new URL(given)
  return `${origin}${pathname}` === expected
}

function isFirstUse(tenant: Tenant, proof: string): Promise<boolean> {
  const forgottenAt = Math.floor(tenant.now() / 1_000) + 2 * MAX_AGE_SECONDS
  return providerOf(tenant).ReplayDetection.unique('userinfo', proof, forgottenAt)
}
