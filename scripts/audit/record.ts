import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { BUNDLE_FILE } from '../policy/bundle.ts'
import { REQUIREMENTS_FILE } from '../policy/requirements.ts'

/** From which sources an audit was made, and by whom: what makes it evidence. */
export interface Provenance {
  readonly commit?: { readonly id: string; readonly isClean: boolean }
  /** Why there is no `commit`. */
  readonly noCommit?: string
  /** Undefined where no pipeline that is known has run it. */
  readonly pipeline?: { readonly name: string; readonly by?: string; readonly url?: string }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the provenance of a run, and never throws. @param env the environment of the process */
export async function provenanceOf(env: Environment): Promise<Provenance> {
  const pipeline = pipelineIn(env)
  return { ...(await commitHere()), ...(pipeline && { pipeline }) }
}

async function commitHere(): Promise<Pick<Provenance, 'commit' | 'noCommit'>> {
  try {
    const [head = '', ...changes] = (await status())
      .split('\n')
      .filter((line) => !HEADER.test(line) && !isBuild(line))
    const id = head.replace('# branch.oid ', '')
    if (id === '(initial)') return { noCommit: 'the repository has no commit yet' }
    return { commit: { id, isClean: changes.length === 0 } }
  } catch (error) {
    return { noCommit: whyUnknown(error as { readonly code?: string; readonly stderr?: string }) }
  }
}

function whyUnknown({ code, stderr = '' }: { readonly code?: string; readonly stderr?: string }) {
  if (code === 'ENOENT') return 'there is no Git'
  if (/not a git repository/i.test(stderr)) return 'the folder is in no Git repository'
  return `Git says: ${stderr.split('\n')[0]?.replace(/^fatal: /, '') ?? ''}`
}

/** Of the headers of a status the first one is enough, which names the commit. */
const HEADER = /^# (?!branch\.oid )|^$/

const BUILT = [BUNDLE_FILE, REQUIREMENTS_FILE]

/** What a build writes is made from the commit, and no change of it, where nobody has told Git to ignore it. */
function isBuild(line: string): boolean {
  const [, path] = /^\? (.*?)\/?$/.exec(line) ?? []
  if (path === undefined) return false
  const isHere = (file: string) => resolve(file).endsWith(`/${path}`)
  const folder = dirname(BUNDLE_FILE)
  if (BUILT.some(isHere)) return true
  return isHere(folder) && readdirSync(folder).every((name) => BUILT.includes(join(folder, name)))
}

async function status(): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C' }
  const { stdout } = await promisify(execFile)(
    'git',
    ['status', '--porcelain=v2', '--branch'],
    // A clone in which nothing is ignored may have many changes.
    { env, maxBuffer: Infinity },
  )
  return stdout
}

/** The pipelines that are known, by the variable that tells them and those that say who and where. */
const PIPELINES = [
  { name: 'GitHub Actions', told: 'GITHUB_ACTIONS', by: 'GITHUB_ACTOR', url: undefined },
  { name: 'GitLab CI', told: 'GITLAB_CI', by: 'GITLAB_USER_LOGIN', url: 'CI_JOB_URL' },
  { name: 'CircleCI', told: 'CIRCLECI', by: 'CIRCLE_USERNAME', url: 'CIRCLE_BUILD_URL' },
  { name: 'Azure Pipelines', told: 'TF_BUILD', by: 'BUILD_REQUESTEDFOR', url: undefined },
  { name: 'Jenkins', told: 'JENKINS_URL', by: 'BUILD_USER_ID', url: 'BUILD_URL' },
] as const

function pipelineIn(env: Environment): Provenance['pipeline'] {
  const found = PIPELINES.find(({ told }) => env[told] !== undefined)
  if (found === undefined) return undefined
  const by = env[found.by]
  const url = found.url === undefined ? gitHubRun(env) : env[found.url]
  return { name: found.name, ...(by && { by }), ...(url && { url }) }
}

function gitHubRun(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  if (server === undefined || repository === undefined || run === undefined) return undefined
  return `${server}/${repository}/actions/runs/${run}`
}
