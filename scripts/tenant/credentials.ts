import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Problem } from '../terminal/user-error.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The algorithms that Auth0 takes for a private key JWT. */
const ALGORITHMS = ['RS256', 'RS384', 'PS256'] as const

/** What a client proves itself by: a secret, or a key of which Auth0 has the public half. */
type Proof = { readonly clientSecret: string } | SigningKey

export interface SigningKey {
  readonly signingKey: KeyObject
  readonly algorithm: (typeof ALGORITHMS)[number]
}

export type ClientCredentials = Proof & {
  readonly clientId: string
  /** Of the Management API, where it is not that of the domain: behind a custom domain. */
  readonly audience?: string
}

/** What proves to a tenant that we may deploy: a Management API token, or a client that gets one. */
export type Credentials = { readonly accessToken: string } | ClientCredentials

/**
 * Reads credentials from the variables that auth0-deploy-cli reads too. A token comes before a key, and a key before a
 * secret, as there.
 * @param report is told what is missing or wrong, and a domain that is not the one to deploy to
 * @returns `undefined` where something was reported that leaves no credentials
 */
export function readCredentials(
  env: Variables,
  domain: string,
  report: (problem: Problem) => void,
): Credentials | undefined {
  const { AUTH0_DOMAIN: other, AUTH0_ACCESS_TOKEN: accessToken, AUTH0_CLIENT_ID: clientId } = env
  if (other && other !== domain) {
    report({
      where: 'AUTH0_DOMAIN',
      message: `domain is \`${other}\`, but the environment is for \`${domain}\``,
      hint: 'unset it, or choose the environment with `--env`',
    })
  }
  if (accessToken) return { accessToken }
  const proof = readProof(env, report)
  if (clientId && proof !== undefined && proof !== 'none') {
    const { AUTH0_AUDIENCE: audience } = env
    return { clientId, ...proof, ...(audience && { audience }) }
  }
  const missing = [
    ...(clientId ? [] : ['AUTH0_CLIENT_ID']),
    ...(proof === 'none' ? ['AUTH0_CLIENT_SECRET'] : []),
  ]
  if (missing.length > 0) {
    report({
      message: `no credentials for \`${domain}\`: ${missing.map((name) => `\`${name}\``).join(' and ')} not set`,
      hint: 'set `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET` or `AUTH0_CLIENT_SIGNING_KEY_PATH`, or `AUTH0_ACCESS_TOKEN`',
    })
  }
  return undefined
}

function readProof(env: Variables, report: (problem: Problem) => void): Proof | 'none' | undefined {
  const { AUTH0_CLIENT_SECRET: clientSecret, AUTH0_CLIENT_SIGNING_KEY: text } = env
  const { AUTH0_CLIENT_SIGNING_KEY_PATH: file } = env
  if (text && file) {
    report({
      where: 'AUTH0_CLIENT_SIGNING_KEY',
      message:
        '`AUTH0_CLIENT_SIGNING_KEY_PATH` is set as well, and which of the keys is meant is not known',
      hint: 'unset one of them',
    })
    return undefined
  }
  if (!text && !file) return clientSecret ? { clientSecret } : 'none'
  const signingKey = text
    ? privateKey('AUTH0_CLIENT_SIGNING_KEY', () => text.replaceAll('\\n', '\n'), report)
    : privateKey('AUTH0_CLIENT_SIGNING_KEY_PATH', () => readFileSync(file ?? '', 'utf8'), report)
  const algorithm = readAlgorithm(env, report)
  return signingKey && algorithm && { signingKey, algorithm }
}

function readAlgorithm(
  { AUTH0_CLIENT_SIGNING_ALGORITHM: name }: Variables,
  report: (problem: Problem) => void,
): (typeof ALGORITHMS)[number] | undefined {
  const algorithm = ALGORITHMS.find((one) => one === (name || 'RS256'))
  if (algorithm === undefined) {
    report({
      where: 'AUTH0_CLIENT_SIGNING_ALGORITHM',
      message: `\`${name ?? ''}\` is not an algorithm that Auth0 takes`,
      hint: `expected ${ALGORITHMS.join(', ')}`,
    })
  }
  return algorithm
}

// What it says of a key is never more than a code: a message might quote it.
function privateKey(
  where: string,
  read: () => string,
  report: (problem: Problem) => void,
): KeyObject | undefined {
  try {
    const key = createPrivateKey(read())
    if (key.asymmetricKeyType === 'rsa') return key
    report({
      where,
      message: `a key of type \`${key.asymmetricKeyType ?? ''}\``,
      hint: 'expected an RSA private key: Auth0 takes no other',
    })
  } catch (error) {
    const { code = 'not a private key' } = error as NodeJS.ErrnoException
    report({
      where,
      message: `cannot read the private key: ${code}`,
      hint: 'expected PEM without a passphrase: `-----BEGIN PRIVATE KEY-----` and so on',
    })
  }
  return undefined
}
