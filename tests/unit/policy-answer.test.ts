import type { Requirement } from '../../actions/step-up/policy.ts'
import {
  answerTo,
  compareAnswers,
  compareStandings,
  type Answer,
  type Situation,
} from '../../scripts/policy/answer.ts'
import type { Demand, Standing } from '../../scripts/policy/effective.ts'

const ISSUED: Answer = { kind: 'issued' }
const REMOVED: Answer = { kind: 'removed' }
const DENIED: Answer = { kind: 'denied' }
const SILENT: Answer = { kind: 'login-required' }
const mfa = (challenge: 'any' | string[], enrol: string[] = []): Answer => ({
  kind: 'mfa',
  challenge,
  enrol,
})

describe('of two answers to the same request', () => {
  // prettier-ignore
  test.each<[string, Answer, Answer, string, string]>([
    // name                                   before                  after                     verdict      and back
    ['nothing has changed',                   ISSUED,                 ISSUED,                   'same',      'same'],
    ['MFA instead of nothing',                ISSUED,                 mfa('any'),               'stricter',  'weaker'],
    ['removal instead of nothing',            ISSUED,                 REMOVED,                  'stricter',  'weaker'],
    ['denial instead of MFA',                 mfa('any'),             DENIED,                   'stricter',  'weaker'],
    ['removal instead of MFA',                mfa(['otp']),           REMOVED,                  'stricter',  'weaker'],
    ['denial instead of removal',             REMOVED,                DENIED,                   'different', 'different'],
    ['a login page instead of denial',        DENIED,                 SILENT,                   'different', 'different'],
    ['listed factors instead of any',         mfa('any'),             mfa(['otp']),             'stricter',  'weaker'],
    ['fewer factors',                         mfa(['otp', 'phone']),  mfa(['otp']),             'stricter',  'weaker'],
    ['another factor',                        mfa(['otp']),           mfa(['phone']),           'weaker',    'weaker'],
    ['a challenge before the enrolment',      mfa([], ['otp']),       mfa(['phone'], ['otp']),  'stricter',  'weaker'],
    ['enrolment instead of a challenge',      mfa(['otp']),           mfa([], ['otp']),         'weaker',    'weaker'],
  ])('%s', (_case, before, after, verdict, back) => {
    expect([compareAnswers(before, after), compareAnswers(after, before)]).toEqual([verdict, back])
  })
})

const demand = (
  factors: Requirement['factors'],
  maxAgeSeconds = 0,
  whenNotEnrolled: Demand['whenNotEnrolled'] = 'deny',
): Demand => ({ factors, maxAgeSeconds, whenNotEnrolled })
const demands = (...all: Demand[]): Standing => ({ kind: 'demand', demands: all })
const login = (
  enrolled: Situation['enrolled'],
  ...session: [factor: string | undefined, ageSeconds: number][]
): Situation => ({
  enrolled,
  mfa: session.map(([factor, ageSeconds]) => ({ factor, ageSeconds })),
})

describe('a login with its session and its factors', () => {
  // prettier-ignore
  test.each<[string, Standing, Situation, Answer]>([
    ['without MFA is challenged for what it has set up',        demands(demand('any')),                   login(['otp']),                 mfa(['otp'])],
    ['may set up whatever it likes where that is allowed',      demands(demand('any', 0, 'enroll')),      login([]),                      mfa('any')],
    ['without a factor is denied',                              demands(demand('any')),                   login([]),                      DENIED],
    ['with an MFA as old as allowed passes',                    demands(demand('any', 300)),              login([], [undefined, 300]),    ISSUED],
    ['with an MFA a second older does not',                     demands(demand('any', 300)),              login(['otp'], ['otp', 301]),   mfa(['otp'])],
    ['with an MFA of now does not where each request is asked', demands(demand('any', 0)),                login(['otp'], ['otp', 0]),     mfa(['otp'])],
    ['with an MFA by another factor does not',                  demands(demand(['otp'], 300)),            login(['otp'], ['phone', 1]),   mfa(['otp'])],
    ['with an MFA of unknown factor does not, of a list',       demands(demand(['otp'], 300)),            login(['otp'], [undefined, 1]), mfa(['otp'])],
    ['with an MFA from the future does not',                    demands(demand('any', 300)),              login(['otp'], ['otp', -31]),   mfa(['otp'])],
    ['passes one factor before it sets up another',             demands(demand(['otp'], 0, 'enroll')),    login(['phone']),               mfa(['phone'], ['otp'])],
    ['cannot set up email',                                     demands(demand(['email'], 0, 'enroll')),  login([]),                      DENIED],
    ['meets the factors that all unmet demands share',          demands(demand(['otp', 'phone']), demand(['phone', 'email'])), login(['otp', 'phone']), mfa(['phone'])],
    ['is denied where unmet demands share none',                demands(demand(['otp'], 300), demand(['phone'])), login(['otp', 'phone']), DENIED],
    ['that has met one of them meets the other alone',          demands(demand(['otp'], 300), demand(['phone'])), login(['otp', 'phone'], ['otp', 9]), mfa(['phone'])],
  ])('%s', (_case, standing, situation, answer) => {
    expect(answerTo(standing, situation, false)).toEqual(answer)
  })

  test.each<[string, Standing, Situation, Answer]>([
    ['passes on a fresh MFA', demands(demand('any', 300)), login(['otp'], ['otp', 300]), ISSUED],
    ['is told to log in', demands(demand('any', 300)), login(['otp']), SILENT],
    ['is denied without a factor', demands(demand('any')), login([]), DENIED],
  ])('silently %s', (_case, standing, situation, answer) => {
    expect(answerTo(standing, situation, true)).toEqual(answer)
  })
})

describe('of two standings', () => {
  // prettier-ignore
  test.each<[string, Standing, Standing, string, string]>([
    ['a longer age is weaker',                          demands(demand('any', 300)),                          demands(demand('any', 600)),                    'weaker',   'stricter'],
    ['a second demand is stricter',                     demands(demand('any', 300)),                          demands(demand('any', 300), demand(['otp'])),   'stricter', 'weaker'],
    ['a younger MFA by fewer factors is stricter',      demands(demand(['otp', 'phone'], 300)),               demands(demand(['otp'], 60)),                   'stricter', 'weaker'],
    ['an older MFA by fewer factors is weaker',         demands(demand(['otp', 'phone'], 300)),               demands(demand(['otp'], 900)),                  'weaker',   'weaker'],
    ['to allow enrolment is weaker',                    demands(demand(['otp'])),                             demands(demand(['otp'], 0, 'enroll')),          'weaker',   'stricter'],
    ['two MFA instead of one of both kinds is stricter', demands(demand(['otp', 'phone'], 300)),              demands(demand(['otp'], 300), demand(['phone'], 300)), 'stricter', 'weaker'],
    ['removal that another rule answers is different',  { kind: 'removed', then: 'issued' },                  { kind: 'removed', then: 'mfa-required', whenNotEnrolled: 'enroll' },      'different', 'different'],
  ])('%s', (_case, before, after, verdict, back) => {
    expect([compareStandings(before, after, false), compareStandings(after, before, false)]).toEqual([verdict, back])
  })
})
