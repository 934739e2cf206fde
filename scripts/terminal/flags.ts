import { parseArgs } from 'node:util'
import { typed } from './typed.ts'
import { UserError } from './user-error.ts'

/** The flags of a command with their values, and its argument under the name that it has in the usage. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** As much of a flag as its reading needs. */
interface Readable {
  readonly type: 'string' | 'boolean'
  readonly value?: string
  readonly isOld?: boolean
}

interface Reading {
  readonly command: string
  readonly options: Readonly<Record<string, Readable>>
  /** The name of an argument without a flag, where one may be given. */
  readonly positional: string | undefined
  /** The known word that another is probably meant to be. */
  readonly nearest: (word: string, known: readonly string[]) => Promise<string | undefined>
}

/** `-e` is like too many. */
const SHORTEST_LIKE = 3

/**
 * Reads flags strictly: none twice, since the last would win in silence, and none without its value.
 * @throws UserError for the first that is wrong
 */
export async function readFlags(argv: readonly string[], reading: Reading): Promise<Flags> {
  const { command, options, positional, nearest } = reading
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type }]) => [name, { type }]),
    ),
    strict: false,
    tokens: true,
  })
  const help = `see: ${typed(command, '--help')}`
  const wrong = (message: string, hint = help) =>
    new UserError({ message: `${command}: ${message}`, hint })
  const flags: Record<string, string | boolean> = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    const name = token.kind === 'positional' ? positional : token.name
    if (token.kind === 'positional') {
      if (name === undefined || flags[name] !== undefined) {
        throw wrong(`unexpected argument \`${token.value}\``, environmentHint(token.value, reading))
      }
      flags[name] = token.value
      continue
    }
    const { rawName, value, inlineValue } = token
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined || !rawName.startsWith('--')) {
      const like = rawName.replace(/^-+/, '').toLowerCase()
      const known = Object.keys(options).filter((each) => options[each]?.isOld !== true)
      const meant = like.length < SHORTEST_LIKE ? undefined : await nearest(like, known)
      throw wrong(
        `unknown flag \`${rawName}\``,
        meant === undefined ? help : `did you mean \`--${meant}\`?`,
      )
    }
    if (flags[token.name] !== undefined) throw wrong(`\`${rawName}\` is given twice`)
    if (option.type === 'boolean') {
      if (value !== undefined) throw wrong(`\`${rawName}\` takes no value`)
      flags[token.name] = true
      continue
    }
    // What begins with a hyphen is the next flag, unless it was written with `=`; `-` alone is stdin or stdout.
    const isFlag = inlineValue === false && value.length > 1 && value.startsWith('-')
    if (value === undefined || value === '' || isFlag) {
      throw wrong(`\`${rawName}\` needs a value: \`${rawName} ${option.value ?? 'VALUE'}\``)
    }
    flags[token.name] = value
  }
  return flags
}

// Whoever writes `plan acme` means the environment.
function environmentHint(
  word: string,
  { command, options, positional }: Reading,
): string | undefined {
  const mayBeName = /^[\w-]+$/.test(word) && Object.hasOwn(options, 'env')
  if (!mayBeName || positional !== undefined) return undefined
  return `an environment is named by a flag: ${typed(command, `--env ${word}`)}`
}
