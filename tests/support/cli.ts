// Runs the commands of the project as a user would: a process of its own, in a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(__dirname, '../..')
const FRONT = join(ROOT, 'bin/step-up.js')
const DEPLOY_CLI = join(ROOT, 'node_modules/auth0-deploy-cli/lib/index.js')

type Env = Readonly<Record<string, string>>

export type CommandName =
  | 'audit'
  | 'build'
  | 'deploy'
  | 'diff'
  | 'explain'
  | 'forecast'
  | 'init'
  | 'plan'
  | 'rollback'
  | 'start'
  | 'verify'

/** All that a command says, and how it ends. */
export interface CliResult {
  readonly stdout: string
  readonly stderr: string
  /** `null` when a signal ended it */
  readonly code: number | null
}

/** A copy of the files that a user of this project edits. */
export interface Project {
  readonly folder: string
  read(file: string): string
  write(file: string, content: string): void
  /** Starts `npm run NAME -- FLAGS` without waiting for its end. */
  start(name: CommandName, flags: readonly string[], env?: Env): ChildProcess
  /** Runs `npm run NAME -- FLAGS`. No variable reaches it but those given and PATH. */
  run(name: CommandName, flags: readonly string[], env?: Env): Promise<CliResult>
  /** Runs the real auth0-deploy-cli in the folder. */
  deployCli(flags: readonly string[], env: Env): Promise<CliResult>
  remove(): void
}

/** Makes a folder with tenant.yaml, the policy, the environments and the seed as they are shipped. */
export function copyProject(): Project {
  const project = emptyProject()
  mkdirSync(join(project.folder, 'config'))
  for (const path of [
    'tenant.yaml',
    'config/step-up.policy.yaml',
    'config/environments',
    'sandbox/fabrikam/seed.json',
  ]) {
    cpSync(join(ROOT, path), join(project.folder, path), { recursive: true })
  }
  return project
}

/** Makes a folder with nothing in it. */
export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'project-'))
  const spawnHere = (args: readonly string[], env: Env) =>
    spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  // As package.json does it: Node takes --env-file for a flag of its own unless `--` comes before.
  const start: Project['start'] = (name, flags, env = {}) =>
    spawnHere(['--', FRONT, name, ...flags], env)
  return {
    folder,
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write: (file, content) => writeFileSync(join(folder, file), content),
    start,
    run: (name, flags, env) => ended(start(name, flags, env)),
    deployCli: (flags, env) => ended(spawnHere([DEPLOY_CLI, ...flags], env)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Waits for the end of a process. */
export async function ended(child: ChildProcess): Promise<CliResult> {
  if (child.stdout === null || child.stderr === null) throw new Error('output is not piped')
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, stdout, stderr }
}
