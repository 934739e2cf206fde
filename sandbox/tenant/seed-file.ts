import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LineCounter, isNode, parseDocument, type Document } from 'yaml'
import { SandboxError } from './sandbox-error.ts'

/** A parsed seed that still knows the place of each value in the file. */
export interface SeedFile {
  readonly value: unknown
  /** from where the files that it names are found */
  readonly directory: string
  /** @returns the refusal of the value at `path`, as `file:line:column: message` */
  refuse(path: readonly PropertyKey[], message: string): SandboxError
}

/**
 * Reads a seed; JSON is read as the YAML that it is.
 *
 * @throws SandboxError when the file cannot be read or parsed, with all mistakes of its syntax
 */
export function readSeedFile(file: string): SeedFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new SandboxError(`cannot read the seed \`${file}\``)
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const { errors } = document
  if (errors.length > 0) {
    const mistakes = errors.map(
      ({ pos, message }) => `${file}:${position(lines, pos[0])}: ${message}`,
    )
    throw new SandboxError(mistakes.join('\n'))
  }
  return {
    value: document.toJS() as unknown,
    directory: dirname(file),
    refuse: (path, message) =>
      new SandboxError(`${file}:${position(lines, offsetOf(document, path))}: ${message}`),
  }
}

/** @returns a seed that is in no file: its values are named by their path, as `users[0].email` */
export function seedOf(value: unknown): SeedFile {
  return {
    value,
    directory: '.',
    refuse: (path, message) => {
      const names = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
      return new SandboxError(`seed${names.join('')}: ${message}`)
    },
  }
}

/** The nearest node that exists: a missing property has the place of its parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${line}:${col}`
}
