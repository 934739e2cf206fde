// Lists the fields of a type with the TypeScript compiler, in the words of Auth0's reference pages.
import ts from 'typescript'

/**
 * @param name an exported type of the file
 * @param root what its fields are called by, `event`
 * @returns by dotted path its type, `string` or `array of objects`; of a method its parameters
 */
export function fieldsOfType(file: string, name: string, root: string): Map<string, string> {
  const program = ts.createProgram([file], { strict: true, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  const symbol = module && checker.getExportsOfModule(module).find((each) => each.name === name)
  if (symbol === undefined) throw new Error(`${file} exports no \`${name}\``)

  const found = new Map<string, string>()
  const visitFields = (type: ts.Type, path: string): void => {
    for (const field of checker.getPropertiesOfType(type)) {
      visit(checker.getTypeOfSymbol(field), `${path}.${field.name}`)
    }
  }
  const visit = (optional: ts.Type, path: string): void => {
    const isKnown = (optional.flags & ts.TypeFlags.Unknown) === 0
    const type = isKnown ? checker.getNonNullableType(optional) : optional
    const [signature] = type.getCallSignatures()
    if (signature !== undefined) {
      found.set(path, `(${signature.parameters.map((each) => each.name).join(', ')})`)
      for (const each of signature.parameters) {
        visit(checker.getTypeOfSymbol(each), `${path}.${each.name}`)
      }
      return
    }
    found.set(path, kindOf(type))
    const element = elementOf(type)
    if (isObject(element ?? type)) visitFields(element ?? type, element ? `${path}[]` : path)
  }
  const elementOf = (type: ts.Type): ts.Type | undefined =>
    checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined
  const kindOf = (type: ts.Type): string => {
    const element = elementOf(type)
    if (element !== undefined) {
      return `array of ${isObject(element) ? 'objects' : kindOf(element)}`
    }
    if (isObject(type)) return 'object'
    return checker.typeToString(checker.getBaseTypeOfLiteralType(type))
  }

  visitFields(checker.getDeclaredTypeOfSymbol(symbol), root)
  return found
}

function isObject(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Object) !== 0
}
