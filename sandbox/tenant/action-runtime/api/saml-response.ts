import { CHAIN, type ApiPart } from './context.ts'

const SETTERS = [
  'setAttribute',
  'setAudience',
  'setRecipient',
  'setCreateUpnClaim',
  'setPassthroughClaimsWithNoMapping',
  'setMapUnknownClaimsAsIs',
  'setMapIdentities',
  'setSignatureAlgorithm',
  'setDigestAlgorithm',
  'setDestination',
  'setLifetimeInSeconds',
  'setSignResponse',
  'setNameIdentifierFormat',
  'setNameIdentifierProbes',
  'setAuthnContextClassRef',
  'setSigningCert',
  'setIncludeAttributeNameFormat',
  'setTypedAttributes',
  'setEncryptionCert',
  'setEncryptionPublicKey',
  'setCert',
  'setKey',
  'setRelayState',
  'setIssuer',
  'setEncryptionAlgorithm',
] as const

/** `api.samlResponse`: speaks of a SAML assertion, which no login of OpenID Connect has, here and at Auth0. */
export function samlResponseApi(): ApiPart {
  return Object.fromEntries(SETTERS.map((setter) => [setter, () => CHAIN]))
}
