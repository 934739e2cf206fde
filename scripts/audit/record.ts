import { execFileSync } from 'node:child_process'

/** From which sources an audit was made, and by whom: what makes it evidence. */
export interface Provenance {
  /** Undefined where there is no Git, or the folder is in no repository. */
  readonly commit?: { readonly id: string; readonly isClean: boolean }
  /** Undefined where no pipeline that is known has run it. */
  readonly pipeline?: { readonly name: string; readonly by?: string; readonly url?: string }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the provenance of a run. @param env the environment of the process */
export function provenanceOf(env: Environment): Provenance {
  const commit = commitHere()
  const pipeline = pipelineIn(env)
  return { ...(commit && { commit }), ...(pipeline && { pipeline }) }
}

function commitHere(): Provenance['commit'] {
  try {
    const id = git('rev-parse', 'HEAD')
    return { id, isClean: git('status', '--porcelain') === '' }
  } catch {
    return undefined
  }
}

function git(...given: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  return execFileSync('git', given, { encoding: 'utf8', stdio: [...stdio] }).trim()
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
