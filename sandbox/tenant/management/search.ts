import { ApiError } from '../http.ts'
import { notEmulated } from '../not-emulated.ts'
import type { Entity } from '../state.ts'

/**
 * Reads a search as far as the sandbox understands it: `field:value`, several of them with AND, of fields that Auth0
 * compares as a whole. A pattern or a range would match nothing here, and nothing is an answer that is believed.
 *
 * @throws ApiError 501 with the search
 */
export function searchFor(text: string, fields: ReadonlySet<string>): (entity: Entity) => boolean {
  const clauses = text.split(/ AND /).filter((clause) => clause.trim() !== '')
  const wanted = clauses.map((clause) => {
    const [, field = '', quoted, plain] = CLAUSE.exec(clause.trim()) ?? []
    const value = quoted ?? plain
    if (value === undefined || !fields.has(field)) {
      throw new ApiError(501, notEmulated(`The query \`${text}\``), 'not_emulated')
    }
    return { field, value: value.toLowerCase() }
  })
  return (entity) =>
    wanted.every(({ field, value }) => {
      const own = entity[field]
      return (
        (typeof own === 'string' || typeof own === 'boolean') && `${own}`.toLowerCase() === value
      )
    })
}

/** Without quotes a value has nothing that the syntax of Lucene gives a meaning to. */
const CLAUSE = /^([a-z_]+):(?:"([^"\\*?]*)"|([^\s"\\*?()[\]{}^~<>!/:]+))$/
