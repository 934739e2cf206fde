import { compare, type Standing } from '../../scripts/diff/standing.ts'

const FREE: Standing = { kind: 'free' }
const REMOVED: Standing = { kind: 'removed' }
const DENIED: Standing = { kind: 'denied' }
const SILENT: Standing = { kind: 'login-required' }
const mfa = (
  challenge: 'any' | string[],
  enroll: string[] = [],
  takesRememberedBrowser = false,
): Standing => ({ kind: 'mfa', challenge, enroll, takesRememberedBrowser })

// prettier-ignore
test.each<[string, Standing, Standing, string, string]>([
  // name                                   before                  after                     verdict      and back
  ['nothing has changed',                   FREE,                   FREE,                     'same',      'same'],
  ['MFA instead of nothing',                FREE,                   mfa('any'),               'stricter',  'weaker'],
  ['removal instead of nothing',            FREE,                   REMOVED,                  'stricter',  'weaker'],
  ['denial instead of MFA',                 mfa('any'),             DENIED,                   'stricter',  'weaker'],
  ['removal instead of MFA',                mfa(['otp']),           REMOVED,                  'stricter',  'weaker'],
  ['denial instead of removal',             REMOVED,                DENIED,                   'different', 'different'],
  ['a login page instead of denial',        DENIED,                 SILENT,                   'different', 'different'],
  ['listed factors instead of any',         mfa('any'),             mfa(['otp']),             'stricter',  'weaker'],
  ['fewer factors',                         mfa(['otp', 'phone']),  mfa(['otp']),             'stricter',  'weaker'],
  ['another factor',                        mfa(['otp']),           mfa(['phone']),           'weaker',    'weaker'],
  ['a challenge before the enrolment',      mfa([], ['otp']),       mfa(['phone'], ['otp']),  'stricter',  'weaker'],
  ['enrolment instead of a challenge',      mfa(['otp']),           mfa([], ['otp']),         'weaker',    'weaker'],
  ['a remembered browser counts no more',   mfa('any', [], true),   mfa('any'),               'stricter',  'weaker'],
])('%s', (_case, before, after, verdict, back) => {
  expect([compare(before, after), compare(after, before)]).toEqual([verdict, back])
})
