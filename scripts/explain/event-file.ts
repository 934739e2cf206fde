import { readFileSync } from 'node:fs'
import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { UserError } from '../terminal/user-error.ts'

const STDIN = 0

/** Reads an event from a JSON file, or from stdin for `-`. @throws UserError where it holds none */
export function readEventFile(file: string): PostLoginEvent {
  const event = parse(read(file), file)
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event
  throw new UserError({ where: file, message: 'holds no event', hint: 'an event is a JSON object' })
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8')
  } catch {
    throw new UserError({ where: file, message: 'file cannot be read', hint: 'does it exist?' })
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError({
      where: file,
      message: 'not valid JSON',
      hint: 'give the event as JSON, as the Actions editor shows it',
    })
  }
}
