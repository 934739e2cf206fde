import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { typed } from '../terminal/typed.ts'
import { UserError } from '../terminal/user-error.ts'

/** What speaks against a policy or its tenant, as two audits can be compared by it. */
export interface Issue {
  readonly code: string
  /** What it is about. */
  readonly subject: string
}

/** How an audit differs from an earlier one. */
export interface Since {
  /** When the earlier audit was made, ISO 8601. */
  readonly at: string
  readonly fresh: readonly Issue[]
  readonly resolved: readonly Issue[]
  readonly stillOpen: readonly Issue[]
}

const earlierSchema = z.object({
  version: z.literal(2),
  at: z.iso.datetime(),
  exhaustive: z.object({
    violations: z.array(z.object({ invariant: z.string(), rule: z.string().optional() })),
  }),
  findings: z.object({ open: z.array(z.object({ code: z.string(), subject: z.string() })) }),
})

/** What `--json` of an audit has printed, as far as a later one is compared with it. */
export interface Earlier {
  readonly at: string
  readonly exhaustive: {
    readonly violations: readonly {
      readonly invariant: string
      readonly rule?: string | undefined
    }[]
  }
  readonly findings: { readonly open: readonly Issue[] }
}

/** Reads what an earlier audit printed. @throws UserError where the file is none of an audit */
export function readEarlier(file: string): Earlier {
  const parsed = earlierSchema.safeParse(contentOf(file))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UserError({
    where: '--since',
    message: `\`${file}\` is not what \`${typed('audit', '--json')}\` prints: ${issue?.path.join('.') ?? ''}: ${(issue?.message ?? '').replace(/^Invalid input: /, '')}`,
    hint: 'name a file that this version of the audit has printed',
  })
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? message)
    throw new UserError({
      where: '--since',
      message: `\`${file}\` cannot be read as JSON: ${reason}`,
      hint: `name a file that \`${typed('audit', '--json')}\` has printed`,
    })
  }
}

/** Compares what is open now with what was open then. Accepted findings are not open. */
export function sinceThen(now: Earlier, then: Earlier): Since {
  const [before, after] = [issuesIn(then), issuesIn(now)]
  const has = (issues: readonly Issue[], { code, subject }: Issue) =>
    issues.some((each) => each.code === code && each.subject === subject)
  return {
    at: then.at,
    fresh: after.filter((issue) => !has(before, issue)),
    resolved: before.filter((issue) => !has(after, issue)),
    stillOpen: after.filter((issue) => has(before, issue)),
  }
}

function issuesIn({ exhaustive, findings }: Earlier): readonly Issue[] {
  const violations = exhaustive.violations.map(({ invariant, rule = '' }) => ({
    code: invariant,
    subject: rule,
  }))
  const found = findings.open.map(({ code, subject }) => ({ code, subject }))
  const all = [...violations, ...found]
  return [...new Map(all.map((issue) => [JSON.stringify(issue), issue])).values()]
}
