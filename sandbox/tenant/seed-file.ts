import { readFileSync } from 'node:fs'
import { LineCounter, isNode, parseDocument, type Document } from 'yaml'
import { SandboxError } from './sandbox-error.ts'

/** A parsed seed that still knows where in the file each value stands. */
export interface SeedFile {
  readonly value: unknown
  /** @returns the refusal of the value at `path`, as `file:line:column: message` */
  refuse(path: readonly PropertyKey[], message: string): SandboxError
}

/**
 * Reads a seed; JSON is read as the YAML that it is.
 *
 * @throws SandboxError when the file cannot be read or parsed
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
  const [error] = document.errors
  if (error !== undefined) {
    throw new SandboxError(`${file}:${position(lines, error.pos[0])}: ${error.message}`)
  }
  return {
    value: document.toJS() as unknown,
    refuse: (path, message) =>
      new SandboxError(`${file}:${position(lines, offsetOf(document, path))}: ${message}`),
  }
}

/** The nearest node that exists: a missing property stands where its parent does. */
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
