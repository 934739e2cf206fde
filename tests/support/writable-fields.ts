// What may stand in the sections of tenant.yaml, from the installed SDK and auth0-deploy-cli. Writes it when it is run.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'

type JsonSchema = Readonly<Record<string, unknown>>

const ROOT = join(import.meta.dirname, '../..')
export const WRITABLE_FIELDS = join(ROOT, 'scripts/tenant/writable-fields.json')

const fromHere = createRequire(import.meta.url)

interface Handler {
  readonly stripCreateFields: readonly string[]
  readonly stripUpdateFields: readonly string[]
}
type NewHandler = new (options: { config: () => undefined; client: object }) => Handler

/** The content of scripts/tenant/writable-fields.json. */
export function writableFields(): string {
  const sdk = join(ROOT, 'node_modules/auth0/dist/esm/index.d.mts')
  const schemaOf = schemasOf(sdk)
  const { default: clients } = deployCli('clients') as { default: NewHandler }
  const { stripCreateFields, stripUpdateFields } = new clients({
    config: () => undefined,
    client: {},
  })
  const { allowedTenantFlags } = deployCli('tenant') as { allowedTenantFlags: readonly string[] }
  const { pageNameMap, supportedPages } = deployCli('pages') as {
    pageNameMap: Readonly<Record<string, string>>
    supportedPages: readonly string[]
  }
  const { default: sections } = fromHere('auth0-deploy-cli/lib/tools/auth0/schema') as {
    default: { readonly properties: object }
  }
  const pages = [...Object.keys(pageNameMap), ...Object.values(pageNameMap), ...supportedPages]
  const content = {
    auth0: versionOf('auth0'),
    'auth0-deploy-cli': versionOf('auth0-deploy-cli'),
    sections: Object.keys(sections.properties),
    flags: allowedTenantFlags.toSorted(),
    pages: [...new Set(pages)].toSorted(),
    dropped: {
      create: stripCreateFields.toSorted(),
      update: stripUpdateFields.toSorted(),
    },
    tenant: schemaOf('UpdateTenantSettingsRequestContent'),
    clients: both(schemaOf('CreateClientRequestContent'), schemaOf('UpdateClientRequestContent')),
    answered: {
      resourceServers: schemaOf('ResourceServer'),
      clientGrants: schemaOf('ClientGrantResponseContent'),
    },
  }
  return `${JSON.stringify(content)}\n`
}

function both(create: JsonSchema, update: JsonSchema): JsonSchema {
  const properties = { ...(update['properties'] as object), ...(create['properties'] as object) }
  return { ...create, properties, required: ['name'] }
}

function deployCli(handler: string): unknown {
  return fromHere(`auth0-deploy-cli/lib/tools/auth0/handlers/${handler}`)
}

function versionOf(name: string): string {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * Turns types of the SDK into JSON schemas: objects are closed, unless the type is open. Nothing is required of an
 * object, since what the tenant has in it is sent too.
 */
function schemasOf(file: string): (name: string) => JsonSchema {
  const program = ts.createProgram([file], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  const exported = module ? checker.getExportsOfModule(module) : []
  const management = exported.find(({ name }) => name === 'Management')
  if (management === undefined) throw new Error('the SDK exports no `Management`')
  const namespace =
    (management.flags & ts.SymbolFlags.Alias) !== 0
      ? checker.getAliasedSymbol(management)
      : management
  const types = checker.getExportsOfModule(namespace)

  const schemaOf = (type: ts.Type): JsonSchema => {
    const { flags } = type
    if ((flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) return {}
    if (type.isUnion()) return unionOf(type.types)
    if (type.isStringLiteral()) return { type: 'string', enum: [type.value] }
    if (type.isNumberLiteral()) return { type: 'number', enum: [type.value] }
    if ((flags & ts.TypeFlags.BooleanLike) !== 0) return { type: 'boolean' }
    if ((flags & ts.TypeFlags.StringLike) !== 0) return { type: 'string' }
    if ((flags & ts.TypeFlags.NumberLike) !== 0) return { type: 'number' }
    if ((flags & ts.TypeFlags.Null) !== 0) return { type: 'null' }
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference)
      return { type: 'array', items: element ? schemaOf(element) : {} }
    }
    return objectOf(type)
  }
  const objectOf = (type: ts.Type): JsonSchema => {
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String)
    const fields = checker.getPropertiesOfType(type)
    return {
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.name, schemaOf(checker.getTypeOfSymbol(field))]),
      ),
      ...(index !== undefined && { additionalProperties: schemaOf(index) }),
      ...(index === undefined && fields.length > 0 && { additionalProperties: false }),
    }
  }
  const unionOf = (members: readonly ts.Type[]): JsonSchema => {
    const known = members.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0)
    const literals = known.flatMap((type) => (type.isStringLiteral() ? [type.value] : []))
    const rest = known.filter((type) => !type.isStringLiteral())
    const schemas: JsonSchema[] = [
      ...(literals.length > 0 ? [{ type: 'string', enum: literals }] : []),
      ...rest.map(schemaOf),
    ].filter(
      (schema, i, all) =>
        all.findIndex((one) => JSON.stringify(one) === JSON.stringify(schema)) === i,
    )
    return schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas }
  }
  return (name) => {
    const symbol = types.find((one) => one.name === name)
    if (symbol === undefined) throw new Error(`the SDK has no type \`${name}\``)
    return schemaOf(checker.getDeclaredTypeOfSymbol(symbol))
  }
}

if (process.argv[1] === import.meta.filename) writeFileSync(WRITABLE_FIELDS, writableFields())
