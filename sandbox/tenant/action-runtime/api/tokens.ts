import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

/** `api.accessToken` */
export function accessTokenApi({ flow }: ApiContext): ApiPart {
  return {
    setCustomClaim: (name: unknown, value: unknown) =>
      setClaim(flow.accessTokenClaims, { name, value }),
    addScope: (scope: unknown) => {
      const value = readScope(scope)
      if (flow.addedScopes.size >= 1_000) fail('Too many scopes have been added.')
      flow.removedScopes.delete(value)
      flow.addedScopes.add(value)
    },
    removeScope: (scope: unknown) => {
      const value = readScope(scope)
      flow.addedScopes.delete(value)
      flow.removedScopes.add(value)
    },
  }
}

/** `api.idToken` */
export function idTokenApi({ flow }: ApiContext): ApiPart {
  return {
    setCustomClaim: (name: unknown, value: unknown) =>
      setClaim(flow.idTokenClaims, { name, value }),
  }
}

function setClaim(
  claims: Map<string, unknown>,
  { name, value }: { name: unknown; value: unknown },
): typeof CHAIN {
  if (typeof name !== 'string') return fail('The claim name must be a string.')
  if (name === 'scope') return fail('The "scope" claim cannot be set.')
  // Documented: the transaction goes on, the claim is just not there.
  if (RESTRICTED_CLAIMS.has(name)) return CHAIN
  // What JSON cannot say is left out, as it is where a value is missing.
  const json = JSON.stringify(value ?? undefined) as string | undefined
  if (json === undefined) claims.delete(name)
  else claims.set(name, JSON.parse(json) as unknown)
  return CHAIN
}

function readScope(scope: unknown): string {
  if (typeof scope !== 'string') return fail('The scope must be a string.')
  const value = scope.trim()
  if (value === '') return fail('The scope must not be empty.')
  if (value.length > 280) return fail('The scope must not be longer than 280 characters.')
  if (/\s/.test(value)) return fail('The scope must not contain whitespace.')
  return value
}

/** @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims#restricted-claims */
const RESTRICTED_CLAIMS: ReadonlySet<string> = new Set(
  `acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty
   dest entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act
   mky nbf nonce object_id org_id org_name orig origid permissions roles rph s_hash sid sip_callid
   sip_cseq_num sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256`.split(
    /\s+/,
  ),
)
