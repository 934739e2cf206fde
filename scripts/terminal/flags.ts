import { parseArgs } from 'node:util'
import { typed } from './typed.ts'
import { UserError, type Problem } from './user-error.ts'

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
 * @throws UserError with each that is wrong
 */
export async function readFlags(argv: readonly string[], reading: Reading): Promise<Flags> {
  const { command, options, positional } = reading
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type }]) => [name, { type }]),
    ),
    strict: false,
    tokens: true,
  })
  const flags: Record<string, string | boolean> = {}
  const problems: Problem[] = []
  const report = (message: string, hint = `see: ${typed(command, '--help')}`) =>
    void problems.push({ message: `${command}: ${message}`, hint })
  // `--environment acme`: the flag is wrong, and what follows it is no mistake of its own.
  let mayBeItsValue = -1
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (token.index === mayBeItsValue) continue
      if (positional === undefined || flags[positional] !== undefined) {
        report(`unexpected argument \`${token.value}\``, environmentHint(token.value, reading))
      } else flags[positional] = token.value
      continue
    }
    const { name, rawName, value, inlineValue, index } = token
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined || !rawName.startsWith('--')) {
      // `-json` is four flags to Node, and one to its writer.
      const [written = rawName] = argv[index]?.split('=') ?? []
      const meant = await flagLike(written, reading)
      if (mayBeItsValue <= index)
        report(`unknown flag \`${written}\``, meant && `did you mean \`--${meant}\`?`)
      mayBeItsValue = index + 1
      continue
    }
    if (flags[name] !== undefined) {
      report(`\`${rawName}\` is given twice`)
      continue
    }
    if (option.type === 'boolean') {
      if (value !== undefined) report(`\`${rawName}\` takes no value`)
      flags[name] = true
      continue
    }
    // What begins with a hyphen is the next flag, unless it was written with `=`; `-` alone is stdin or stdout.
    const isFlag = inlineValue === false && value.length > 1 && value.startsWith('-')
    if (value === undefined || value === '' || isFlag) {
      report(`\`${rawName}\` needs a value: \`${rawName} ${option.value ?? 'VALUE'}\``)
    }
    flags[name] = value ?? ''
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return flags
}

/** The flag that a word is probably meant to be: it is misspelt, spelt out (`--environment`) or cut short (`--over`). */
async function flagLike(
  rawName: string,
  { options, nearest }: Reading,
): Promise<string | undefined> {
  const word = rawName.replace(/^-+/, '').toLowerCase()
  if (word.length < SHORTEST_LIKE) return undefined
  const known = Object.keys(options).filter((each) => options[each]?.isOld !== true)
  const [longest] = known
    .filter((each) => each.startsWith(word) || word.startsWith(each))
    .toSorted((a, b) => b.length - a.length)
  return (await nearest(word, known)) ?? longest
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
