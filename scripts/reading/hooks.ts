/** What watched code calls: for a condition, for what may be missing, for code that is reached. */
export const HOOKS = {
  isTrue: 'watchedIsTrue$',
  isMissing: 'watchedIsMissing$',
  given: 'watchedGiven$',
  reached: 'watchedReached$',
  key: 'watchedKey$',
  copied: 'watchedCopied$',
} as const
