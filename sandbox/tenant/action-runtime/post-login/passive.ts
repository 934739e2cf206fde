import { CHAIN, type ApiContext, type ApiPart } from './context.ts'

const SAML_SETTERS = [
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

/** The parts of `api` that are recorded and have no further effect on an emulated login. */
export function passiveApi({ flow }: ApiContext): Record<string, ApiPart> {
  return {
    user: { setAppMetadata: accept, setUserMetadata: accept },
    samlResponse: Object.fromEntries(SAML_SETTERS.map((setter) => [setter, accept])),
    prompt: { render: () => undefined },
    validation: {
      error: (_code: unknown, message: unknown) => {
        flow.denial = String(message)
        return CHAIN
      },
    },
    rules: { wasExecuted: () => false },
    groups: {
      getUserGroups: async () => Promise.resolve({ groups: [] }),
      hasGroupMembership: async () => Promise.resolve({ hasMembership: false }),
    },
    roles: {
      getUserEffectiveRoles: async () => Promise.resolve({ roles: [] }),
      getUserEffectiveRolesByIds: async () => Promise.resolve({ roles: [] }),
      getUserEffectiveRolesByNames: async () => Promise.resolve({ roles: [] }),
    },
  }
}

function accept(): typeof CHAIN {
  return CHAIN
}
