// Writes documented-fields.json, the names and types in Auth0's two reference pages of the post-login
// trigger, for tests/unit/documented-fields.test.ts. Run by hand when Auth0 has changed them, with the
// path of a clone of https://github.com/auth0/docs-v2 (a bare one will do):
//   node --import tsx tests/support/read-reference-pages.ts PATH
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = 'main/docs/actions/reference/post-login'
const PAGES = {
  event: `${FOLDER}/post-login-event-object.mdx`,
  api: `${FOLDER}/post-login-api-object.mdx`,
}

const PART = /^## `(api\.\w+)`$/
const METHOD = /^### `(api\.[\w.]+)\((.*)\)`$/
const FIELD = /<(?:ResponseField name|ParamField body)="([^"]+)" type="([^"]+)"/
const END = /<\/(?:ResponseField|ParamField)>/

/** Reads a page line by line; fields within a field are indented between its tags. */
function fieldsOf(page: string): Record<string, string> {
  const found: Record<string, string> = {}
  const around: string[] = []
  let method: string | undefined
  for (const line of page.split('\n')) {
    const [, part] = PART.exec(line) ?? []
    if (part !== undefined) found[part] = 'object'
    const [, name, parameters] = METHOD.exec(line) ?? []
    if (name !== undefined) {
      method = name
      found[name] = `(${parameters ?? ''})`
    }
    const [, field, type] = FIELD.exec(line) ?? []
    if (field !== undefined && type !== undefined) {
      const path = [around.at(-1) ?? method, field].filter(Boolean).join('.')
      found[path] = type
      if (!line.trimEnd().endsWith('/>')) around.push(path)
    }
    if (END.test(line)) around.pop()
  }
  if (around.length > 0) throw new Error(`\`${around.join(' ')}\` is not closed`)
  return found
}

const [clone] = process.argv.slice(2)
if (clone === undefined) throw new Error('the path of a clone of auth0/docs-v2 is missing')
const git = (...given: readonly string[]) =>
  execFileSync('git', ['-C', clone, ...given], { encoding: 'utf8' })
const documented = {
  repository: 'https://github.com/auth0/docs-v2',
  commit: git('rev-parse', 'HEAD').trim(),
  pages: PAGES,
  event: fieldsOf(git('show', `HEAD:${PAGES.event}`)),
  api: fieldsOf(git('show', `HEAD:${PAGES.api}`)),
}
writeFileSync(
  join(import.meta.dirname, 'documented-fields.json'),
  `${JSON.stringify(documented, null, 2)}\n`,
)
