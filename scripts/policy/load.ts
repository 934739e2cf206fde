import type { z } from 'zod'
import { placeOf, UserError, type Problem } from '../terminal/user-error.ts'
import { CHECKS, type DeclaredScopes, type Draft } from './checks.ts'
import { problemsOf, valueAt } from './problems.ts'
import { withKeywords, type KeywordValues } from './policy-keywords.ts'
import { policySchema, type PolicyFile } from './schema.ts'
import { parseYaml, readYaml, type Path, type YamlSource } from './yaml-source.ts'

type Issue = z.core.$ZodIssue

/** Room for 10,000 scopes with long names. */
const MAX_BYTES = 1_000_000

/** What a policy is judged against. */
export interface Surroundings extends KeywordValues {
  /** Undefined where it is not known what is declared: then nothing is undeclared. */
  readonly declaredScopes: DeclaredScopes | undefined
  /** The file that declares them, for messages; tenant.yaml if left out. */
  readonly declaredIn?: string
}

/** Reads and judges a policy file. @throws UserError with every mistake in it, in file order */
export function loadPolicy(file: string, surroundings: Surroundings): PolicyFile {
  return judgePolicy(readPolicy(file), surroundings)
}

/** Judges policy text as {@link loadPolicy} does; `file` is what its positions name. */
export function parsePolicy(file: string, text: string, surroundings: Surroundings): PolicyFile {
  return judgePolicy(parseYaml(file, text), surroundings)
}

/** Reads a policy file without judging it. @throws UserError where it cannot be read */
export function readPolicy(file: string): YamlSource {
  return readYaml(file, MAX_BYTES)
}

/** Judges a policy that was read. @throws UserError with every mistake in it, in file order */
export function judgePolicy(written: YamlSource, surroundings: Surroundings): PolicyFile {
  const { declaredScopes, declaredIn = 'tenant.yaml' } = surroundings
  const { source, problems: ofKeywords } = withKeywords(written, surroundings)
  const problems: Problem[] = [...source.problems, ...ofKeywords]
  const parsed = policySchema.safeParse(source.content)
  problems.push(...problemsOf(source, policySchema, parsed.error?.issues ?? []))
  const draft = withoutRefused(source.content, parsed.error?.issues ?? [])
  const report = (path: Path, problem: Omit<Problem, 'where'>) =>
    problems.push({ where: source.locate(path), ...problem })
  for (const check of CHECKS) check({ draft, declaredScopes, declaredIn, report })

  const [first, ...rest] = problems.toSorted(byPosition)
  if (first !== undefined) throw new UserError(first, ...rest)
  return parsed.data as PolicyFile
}

// A value that the schema refused stays as a key without a value: it is there, but has no value that could be judged.
function withoutRefused(content: unknown, issues: readonly Issue[]): Draft {
  if (issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys'))
    return {}
  const draft = structuredClone(content)
  for (const { path, ...issue } of issues) {
    if (issue.code === 'unrecognized_keys') {
      const map = valueAt(draft, path) as object
      for (const key of issue.keys) Reflect.deleteProperty(map, key)
    } else {
      const parent = valueAt(draft, path.slice(0, -1)) as object
      Reflect.set(parent, path.at(-1) as PropertyKey, undefined)
    }
  }
  return draft as Draft
}

// They stand in one file, and differ in line and column only.
function byPosition({ where: a = '' }: Problem, { where: b = '' }: Problem): number {
  return placeOf(a).localeCompare(placeOf(b), 'en', { numeric: true })
}
