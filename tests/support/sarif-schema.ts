// sarif-schema-2.1.0.json is the schema of OASIS (errata 01), laid out anew and otherwise unchanged:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
// Copyright OASIS Open, under the OASIS IPR policy, which allows to copy and furnish it to others.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'

const read = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object

/** Validates a SARIF log. @returns what is wrong, by place */
export function sarifProblems(log: unknown): readonly string[] {
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true })
  ajv.addMetaSchema(read(require.resolve('ajv/lib/refs/json-schema-draft-04.json')))
  const validate = ajv.compile(read(join(__dirname, 'sarif-schema-2.1.0.json')))
  void validate(log)
  return (validate.errors ?? []).map(({ dataPath, message = '' }) => `${dataPath} ${message}`)
}
