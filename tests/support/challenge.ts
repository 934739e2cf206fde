// Reads a `WWW-Authenticate` header as a client has to (RFC 9110 section 11.6.1).

export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Where another challenge begins; no value of ours looks like that. */
const NEXT = /, (?=[A-Za-z]+ [a-z_]+=")/

const PARAMETER = /([!#$%&'*+.^_`|~\w-]+)="((?:[^"\\]|\\.)*)"(?:, |$)/gy

/**
 * Parses a header of challenges whose parameters are all quoted.
 * @throws when the text is not exactly that, or a challenge names a parameter twice
 */
export function parseChallenges(header: string): readonly Challenge[] {
  return header.split(NEXT).map(parseChallenge)
}

function parseChallenge(header: string): Challenge {
  const [, scheme, rest] = /^([A-Za-z]+)(?: (.+))?$/s.exec(header) ?? []
  if (scheme === undefined) throw new Error(`no challenge: ${header}`)
  const found = [...(rest ?? '').matchAll(PARAMETER)]
  const pairs = found.map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')])
  const isWhole = found.map(([text]) => text).join('') === (rest ?? '')
  if (!isWhole || new Set(pairs.map(([name]) => name)).size < pairs.length) {
    throw new Error(`malformed challenge: ${header}`)
  }
  return { scheme, parameters: Object.fromEntries(pairs) as Record<string, string> }
}
