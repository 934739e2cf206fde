import { parseYaml, type Path, type Position } from '../policy/yaml-source.ts'

/** Makes what finds the places of values in the text of a policy; `file` is what positions name. */
export function positionsIn(file: string, text: string): (path: Path) => Position {
  const source = parseYaml(file, text)
  return (path) => {
    const [column = 1, line = 1] = source.locate(path).split(':').toReversed().map(Number)
    return { file, line, column }
  }
}
