import type { RequestListener } from 'node:http'
import type { Setting } from '../setting.ts'

/**
 * Makes an app of a client that runs on a server. `/everyday` and `/high-value` end at a page with a token or an
 * error, with as many stops at the tenant as the client makes.
 */
export type StartApp = (setting: Setting) => Promise<RequestListener>
