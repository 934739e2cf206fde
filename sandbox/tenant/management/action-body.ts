import { z } from 'zod'
import { ApiError } from '../http.ts'
import type { ActionContent, Secret, TriggerRef } from '../state.ts'
import { TRIGGER_IDS, currentVersion } from './trigger-catalog.ts'

/** "should not exceed 100 kB" (documented); taken as bytes and as a hard limit (assumed). */
export const MAX_CODE_BYTES = 100_000
const MAX_SECRETS = 30
const MAX_DEPENDENCIES = 10

const content = {
  code: z.string().optional(),
  dependencies: z
    .array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        registry_url: z.string().optional(),
      }),
    )
    .max(MAX_DEPENDENCIES)
    .optional(),
  runtime: z.enum(['node12', 'node16', 'node18', 'node18-actions', 'node22']).optional(),
  secrets: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(128),
        value: z.string().max(4_096).optional(),
        updated_at: z.string().optional(),
      }),
    )
    .max(MAX_SECRETS)
    .optional(),
  modules: z.array(z.unknown()).optional(),
}

const supportedTriggers = z
  .array(
    z.strictObject({
      id: z.enum(TRIGGER_IDS),
      version: z.string().optional(),
      status: z.string().optional(),
      runtimes: z.array(z.string()).optional(),
      default_runtime: z.string().optional(),
      compatible_triggers: z.array(z.unknown()).optional(),
      binding_policy: z.string().optional(),
    }),
  )
  .min(1)
  .max(1)

const name = z.string().min(1).max(255)

export const createActionBody = z.strictObject({
  name,
  supported_triggers: supportedTriggers,
  ...content,
  deploy: z.boolean().optional(),
})

export const updateActionBody = z.strictObject({
  name: name.optional(),
  supported_triggers: supportedTriggers.optional(),
  ...content,
})

export type ActionBody = z.infer<typeof updateActionBody>

/**
 * Lays a body over the content that an Action has so far.
 *
 * @throws ApiError 400 for code over the limit, a new secret without a value, another trigger
 */
export function applyBody(before: ActionContent, body: ActionBody, at: string): ActionContent {
  const code = body.code ?? before.code
  if (Buffer.byteLength(code) > MAX_CODE_BYTES) {
    throw new ApiError(
      400,
      `The code of an action cannot be larger than ${MAX_CODE_BYTES} bytes.`,
      'invalid_body',
    )
  }
  return {
    code,
    dependencies:
      body.dependencies?.map(({ name, version }) => ({ name, version })) ?? before.dependencies,
    runtime: body.runtime ?? before.runtime,
    secrets:
      body.secrets === undefined ? before.secrets : mergeSecrets(before.secrets, body.secrets, at),
    supported_triggers: triggersOf(before.supported_triggers, body.supported_triggers),
  }
}

function mergeSecrets(
  before: readonly Secret[],
  given: NonNullable<ActionBody['secrets']>,
  at: string,
): Secret[] {
  return given.map(({ name, value }) => {
    if (value !== undefined) return { name, value, updated_at: at }
    const kept = before.find((secret) => secret.name === name)
    if (kept === undefined) {
      throw new ApiError(400, `The secret "${name}" has no value.`, 'invalid_body')
    }
    return kept
  })
}

function triggersOf(
  before: readonly TriggerRef[],
  given: ActionBody['supported_triggers'],
): TriggerRef[] {
  if (given === undefined) return [...before]
  const [trigger] = before
  return given.map(({ id, version }) => {
    if (trigger !== undefined && trigger.id !== id) {
      throw new ApiError(400, "can't upgrade to this trigger.")
    }
    return { id, version: version ?? trigger?.version ?? currentVersion(id) }
  })
}
