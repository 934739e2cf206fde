// Loaded into the whole import of auth0-deploy-cli, so that it, too, keeps what others have put into lists and objects.
import { mergingFetch } from './merging-fetch.ts'

globalThis.fetch = mergingFetch(globalThis.fetch, () => undefined)
