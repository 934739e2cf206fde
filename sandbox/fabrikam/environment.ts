/** A mistake of whoever starts an app: one sentence, shown without a stack. */
export class EnvironmentError extends Error {}

/** Variables of the environment as an app reads them; an empty one counts as absent. */
export interface Environment {
  /** @throws EnvironmentError when it is absent */
  required(name: string): string
  optional(name: string): string | undefined
  /** An absolute URL, without the trailing slash. */
  url(name: string): string | undefined
  /** Issuer without a trailing slash: `ISSUER_BASE_URL`, or else that of `AUTH0_DOMAIN`. */
  issuerBaseUrl(): string
  /** `PORT`; 0 takes any free one. */
  port(byDefault: number): number
}

/** Reads the variables that Auth0's SDKs use too, so that an app runs unchanged with a real tenant. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const optional = (name: string): string | undefined => {
    const value = variables[name]?.trim()
    return value === '' ? undefined : value
  }
  const required = (name: string): string => {
    const value = optional(name)
    if (value === undefined) throw new EnvironmentError(`the variable \`${name}\` is missing`)
    return value
  }
  const url = (name: string): string | undefined => {
    const value = optional(name)
    const isUrl = value !== undefined && /^https?:\/\/[^/]/.test(value) && URL.canParse(value)
    if (value === undefined || isUrl) return value?.replace(/\/$/, '')
    throw new EnvironmentError(`the variable \`${name}\` is \`${value}\`, expected a URL`)
  }
  return {
    optional,
    required,
    url,
    issuerBaseUrl: () => {
      const issuer = url('ISSUER_BASE_URL')
      if (issuer !== undefined) return issuer
      const domain = required('AUTH0_DOMAIN')
      if (/^[\w.-]+(:\d+)?$/.test(domain)) return `https://${domain}`
      throw new EnvironmentError(
        `the variable \`AUTH0_DOMAIN\` is \`${domain}\`, expected a domain`,
      )
    },
    port: (byDefault) => {
      const port = Number(optional('PORT') ?? byDefault)
      if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
      throw new EnvironmentError(`\`${optional('PORT') ?? ''}\` is not a port`)
    },
  }
}
