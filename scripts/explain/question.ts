import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { FACTORS } from '../../actions/step-up/policy.ts'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { suggest } from '../policy/suggest.ts'
import type { CommandOption, Flags } from '../terminal/command.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { readEventFile } from './event-file.ts'
import { readTime, sessionMfa, type SessionMfa } from './times.ts'

/** A login to explain: its event, and the time in epoch milliseconds. */
export interface Question {
  readonly event: PostLoginEvent
  readonly nowMs: number
}

const PROTOCOLS = PROTOCOL_TABLE.map(([name]) => name)
const PROMPTS = ['none', 'login', 'consent', 'select_account']
const CONFIDENCES = ['low', 'medium', 'high', 'neutral']

export const QUESTION_OPTIONS: Readonly<Record<string, CommandOption>> = {
  scope: { type: 'string', value: '"S …"', help: 'the scopes asked for' },
  audience: { type: 'string', value: 'URL', help: 'identifier of the resource server' },
  acr: { type: 'string', value: '"V …"', help: 'the acr values asked for' },
  protocol: { type: 'string', value: 'P', help: 'the flow; oidc-basic-profile if left out' },
  prompt: { type: 'string', value: 'none', help: 'none asks without showing a page' },
  mfa: { type: 'string', value: '10m:otp,…', help: 'MFA of the session: how long ago, and factor' },
  enrolled: { type: 'string', value: 'otp,…', help: 'factors that the user has set up' },
  client: { type: 'string', value: 'ID', help: 'client id of the application' },
  organization: { type: 'string', value: 'ID', help: 'organization that the user logs in to' },
  confidence: { type: 'string', value: 'low', help: 'risk assessment of the login' },
  event: { type: 'string', value: 'FILE', help: 'an event as JSON instead; - is stdin' },
  at: { type: 'string', value: 'TIME', help: 'when, in ISO 8601; now if left out' },
}

/** Reads a question from flags. @throws UserError with every flag that cannot be understood */
export function readQuestion(flags: Flags, currentMs: number): Question {
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
  const protocol = oneOf('protocol', text('protocol') ?? 'oidc-basic-profile', PROTOCOLS)
  const prompt = words(text('prompt'))?.map((value) => oneOf('prompt', value, PROMPTS))
  const confidence =
    text('confidence') && oneOf('confidence', text('confidence') ?? '', CONFIDENCES)
  const given: Given = {
    protocol,
    scopes: words(text('scope')),
    acr: words(text('acr')),
    prompt,
    confidence,
    audience: text('audience'),
    client: text('client'),
    organization: text('organization'),
    enrolled: eachOf('enrolled', FACTORS),
    mfa: listed(text('mfa'))?.flatMap((value) => sessionMfa(value, nowMs, report)),
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return { event: file === undefined ? eventOf(given) : readEventFile(file), nowMs }
}

interface Given {
  readonly protocol: string
  readonly scopes: readonly string[] | undefined
  readonly acr: readonly string[] | undefined
  readonly prompt: readonly string[] | undefined
  readonly confidence: string | undefined
  readonly audience: string | undefined
  readonly client: string | undefined
  readonly organization: string | undefined
  readonly enrolled: readonly string[] | undefined
  readonly mfa: readonly SessionMfa[] | undefined
}

function eventOf(given: Given): PostLoginEvent {
  const { protocol, scopes = [], acr, prompt, confidence, enrolled, mfa } = given
  const row = PROTOCOL_TABLE.find(([name]) => name === protocol)
  const isInBody = row?.[2] === 'body'
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
      methods: mfa ?? [],
      ...(confidence && { riskAssessment: { confidence } }),
    },
    user: { enrolledFactors: (enrolled ?? []).map((type) => ({ type })) },
  }
}

function words(text: string | undefined): readonly string[] | undefined {
  return text?.split(/\s+/).filter((word) => word !== '')
}

function listed(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((value) => value.trim())
}
