/**
 * Where the authorization endpoint sends a browser that is to leave. It comes back to the same path: its cookie is
 * for no other.
 */
export function leaveUrl(uid: string): string {
  return `/continue?leave=${uid}`
}
