/** Of the session. A single-page app renews its tokens in a frame, from another origin. */
export const LONG_COOKIE = { httpOnly: true, secure: true, sameSite: 'none', path: '/' } as const

/** Of one interaction. An Action may send the user to another site, which posts the user back. */
export const SHORT_COOKIE = { httpOnly: true, secure: true, sameSite: 'none' } as const
