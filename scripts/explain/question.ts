import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { FACTORS } from '../../actions/step-up/policy.ts'
import type { DeclaredScopes } from '../policy/checks.ts'
import { suggest } from '../policy/suggest.ts'
import type { CommandOption, Flags } from '../terminal/command.ts'
import { readTime } from '../terminal/time-flag.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { readEventFile } from './event-file.ts'
import { BROWSER_PROTOCOL, sendsScopesInBody, WAY_NAMES, wayNamed, type Way } from './protocols.ts'
import { sessionMfa, type SessionMfa } from './session-mfa.ts'

/** A login to explain: its event, and the time in epoch milliseconds. */
export interface Question {
  readonly event: PostLoginEvent
  readonly nowMs: number
}

const PROMPTS = ['none', 'login', 'consent', 'select_account']
const CONFIDENCES = ['low', 'medium', 'high', 'neutral']

/** The scopes of OpenID Connect Core (sections 3.1.2.1, 5.4, 11), which no API declares. */
const OIDC_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

export const QUESTION_OPTIONS: Readonly<Record<string, CommandOption>> = {
  scope: { type: 'string', value: '"S …"', help: 'the scopes asked for' },
  audience: { type: 'string', value: 'URL', help: 'identifier of the resource server' },
  acr: { type: 'string', value: '"V …"', help: 'the acr values asked for' },
  protocol: {
    type: 'string',
    value: 'P',
    help: "`password`, `refresh`, Auth0's name of a protocol, …; `browser` if left out",
  },
  prompt: { type: 'string', value: 'none', help: 'none asks without showing a page' },
  mfa: {
    type: 'string',
    value: '10m:otp,…',
    help: 'MFA of the session: how long ago, and by which factor, which then counts as set up',
  },
  enrolled: { type: 'string', value: 'otp,…', help: 'further factors that the user has set up' },
  client: { type: 'string', value: 'ID', help: 'client id of the application' },
  organization: { type: 'string', value: 'ID', help: 'organization that the user logs in to' },
  confidence: { type: 'string', value: 'low', help: 'risk assessment of the login' },
  event: { type: 'string', value: 'FILE', help: 'an event as JSON instead; - is stdin' },
  at: { type: 'string', value: 'TIME', help: 'when, in ISO 8601; now if left out' },
}

export interface QuestionContext {
  readonly currentMs: number
  /** What the APIs of tenant.yaml declare. */
  readonly declaredScopes: DeclaredScopes
}

/** Reads a question from flags. @throws UserError with every flag that cannot be understood */
export function readQuestion(
  flags: Flags,
  { currentMs, declaredScopes }: QuestionContext,
): Question {
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const text = (name: string) => (flags[name] === undefined ? undefined : String(flags[name]))
  const nowMs = readTime(text('at'), currentMs, report)
  const file = text('event')
  if (file !== undefined) {
    const others = Object.keys(flags).filter((name) => name in QUESTION_OPTIONS)
    const other = others.find((name) => name !== 'event' && name !== 'at')
    if (other !== undefined) {
      report({
        where: `--${other}`,
        message: 'cannot be used with `--event`',
        hint: 'put the value into the event',
      })
    }
  }
  const oneOf = (name: string, value: string, known: readonly string[]): string => {
    if (!known.includes(value)) {
      report({ where: `--${name}`, message: `cannot be \`${value}\``, hint: suggest(value, known) })
    }
    return value
  }
  const eachOf = (name: string, known: readonly string[]) =>
    listed(text(name))?.map((value) => oneOf(name, value, known))
  const confidence =
    text('confidence') && oneOf('confidence', text('confidence') ?? '', CONFIDENCES)
  const scopes = words(text('scope')) ?? []
  const enrolled = eachOf('enrolled', FACTORS) ?? []
  const mfa = listed(text('mfa'))?.flatMap((value) => sessionMfa(value, nowMs, report)) ?? []
  reportUndeclared({ audience: text('audience'), scopes, declaredScopes }, report)
  const given: Given = {
    ...readWay(text('protocol'), text('organization'), report),
    scopes,
    acr: words(text('acr')),
    prompt: words(text('prompt'))?.map((value) => oneOf('prompt', value, PROMPTS)),
    confidence,
    audience: text('audience'),
    client: text('client'),
    organization: text('organization'),
    // Who has passed MFA by a factor has set it up.
    enrolled: [...new Set([...enrolled, ...mfa.flatMap(({ type }) => type ?? [])])],
    mfa,
  }
  const { isSilent, prompt = [] } = given
  if (isSilent === true && prompt.some((value) => value !== 'none')) {
    report({ where: '--prompt', message: 'a silent login asks with `none`', hint: 'leave it out' })
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return { event: file === undefined ? eventOf(given) : readEventFile(file), nowMs }
}

type Report = (problem: Problem) => void

function readWay(name: string | undefined, organization: string | undefined, report: Report): Way {
  const way = name === undefined ? { protocol: BROWSER_PROTOCOL } : wayNamed(name)
  if (way === undefined) {
    const hint = suggest(name ?? '', WAY_NAMES)
    report({ where: '--protocol', message: `cannot be \`${name ?? ''}\``, hint })
  } else if (way.isInOrganization === true && organization === undefined) {
    report({
      where: '--protocol',
      message: 'a token exchange in an organization needs one',
      hint: 'name it with `--organization`',
    })
  }
  return way ?? { protocol: '' }
}

interface Asked {
  readonly audience: string | undefined
  readonly scopes: readonly string[]
  readonly declaredScopes: DeclaredScopes
}

// A mistyped scope is one that no rule protects, and the answer would sound reassuring.
function reportUndeclared({ audience, scopes, declaredScopes }: Asked, report: Report): void {
  const isDeclared = audience === undefined || declaredScopes.has(audience)
  if (!isDeclared) {
    report({
      where: '--audience',
      message: `no resource server \`${audience}\` in tenant.yaml`,
      hint: hintFor(audience, [...declaredScopes.keys()]),
    })
  }
  const everywhere = new Set([...declaredScopes.values()].flatMap((declared) => [...declared]))
  const declared = (audience === undefined ? undefined : declaredScopes.get(audience)) ?? everywhere
  const on = audience !== undefined && isDeclared ? `on \`${audience}\`` : 'on any resource server'
  for (const scope of scopes) {
    if (declared.has(scope) || OIDC_SCOPES.includes(scope)) continue
    report({
      where: '--scope',
      message: `scope \`${scope}\` is not declared ${on} in tenant.yaml`,
      hint: hintFor(scope, [...declared, ...OIDC_SCOPES]),
    })
  }
}

function hintFor(word: string, known: readonly string[]): string {
  return known.length === 0 ? 'declare it there under `resourceServers`' : suggest(word, known)
}

interface Given extends Way {
  readonly scopes: readonly string[]
  readonly acr: readonly string[] | undefined
  readonly prompt: readonly string[] | undefined
  readonly confidence: string | undefined
  readonly audience: string | undefined
  readonly client: string | undefined
  readonly organization: string | undefined
  readonly enrolled: readonly string[]
  readonly mfa: readonly SessionMfa[]
}

function eventOf(given: Given): PostLoginEvent {
  const { protocol, isSilent, scopes, acr, confidence, enrolled, mfa } = given
  const isInBody = sendsScopesInBody(protocol)
  const prompt = isSilent === true ? ['none'] : given.prompt
  return {
    transaction: {
      protocol,
      ...(!isInBody && { requested_scopes: scopes }),
      ...(acr && { acr_values: acr }),
      ...(prompt && { prompt }),
    },
    ...(isInBody && { request: { body: { scope: scopes.join(' ') } } }),
    ...(given.audience && { resource_server: { identifier: given.audience } }),
    ...(given.client && { client: { client_id: given.client } }),
    ...(given.organization && { organization: { id: given.organization } }),
    authentication: {
      methods: mfa,
      ...(confidence && { riskAssessment: { confidence } }),
    },
    user: { enrolledFactors: enrolled.map((type) => ({ type })) },
  }
}

function words(text: string | undefined): readonly string[] | undefined {
  return text?.split(/\s+/).filter((word) => word !== '')
}

function listed(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((value) => value.trim())
}
