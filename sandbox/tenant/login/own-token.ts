import { createPublicKey } from 'node:crypto'
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose'
import type { Tenant } from '../tenant.ts'

/** @returns the claims of a token that this tenant has signed and that holds now; otherwise `undefined` */
export async function verifyOwnToken(
  tenant: Tenant,
  token: string,
  options: Pick<JWTVerifyOptions, 'audience' | 'clockTolerance'> = {},
): Promise<JWTPayload | undefined> {
  const { store, domain, now } = tenant
  if (store.state.signingKey === undefined) return undefined
  try {
    const { payload } = await jwtVerify(token, createPublicKey(store.state.signingKey), {
      ...options,
      algorithms: ['RS256'],
      issuer: `https://${domain}/`,
      currentDate: new Date(now()),
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
