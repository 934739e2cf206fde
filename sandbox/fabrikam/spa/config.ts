/** What `/config.json` tells this page. */
export interface Config {
  readonly issuerBaseUrl: string
  readonly clientId: string
  readonly audience: string
  readonly apiUrl: string
}

/** Asks the server of this page, so that the bundle is the same for every tenant. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json')
  return (await response.json()) as Config
}
