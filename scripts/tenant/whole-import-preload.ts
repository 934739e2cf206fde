// Loaded into the whole import of auth0-deploy-cli, so that it, too, keeps what others have put into lists and objects.
import { mergingFetch } from './merging-fetch.ts'
import { fetchAlong, routeTo } from './network.ts'

const route = routeTo(process.env['AUTH0_DOMAIN'] ?? '', process.env)
globalThis.fetch = mergingFetch(await fetchAlong(route, process.env), () => undefined)
