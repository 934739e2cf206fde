import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { typed } from './typed.ts'
import { UserError } from './user-error.ts'

/** What the Action is built from, and what makes a folder a project. */
export const POLICY_FILE = 'config/step-up.policy.yaml'

/** Where a command was called, and where it runs. */
export interface Place {
  readonly called: string
  readonly project: string
}

/**
 * Finds the project: the folder that was named, or else the nearest one above that has a policy.
 * @throws UserError where there is none
 */
export function findProject(named: string | undefined, called: string): string {
  const folder = named === undefined ? folderAbove(called) : existingFolder(named, called)
  if (folder !== undefined && existsSync(join(folder, POLICY_FILE))) return folder
  if (named === undefined) {
    throw new UserError({
      message: `no ${POLICY_FILE} in this folder or above it`,
      hint: `name the folder of the project with \`--project DIR\`, or begin one with \`${typed('init')}\``,
    })
  }
  throw new UserError({
    where: '--project',
    message: `no ${POLICY_FILE} in \`${named}\``,
    hint: 'expected the folder of a project',
  })
}

/** @throws UserError where it is none */
export function existingFolder(named: string, called: string): string {
  const folder = resolve(called, named)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new UserError({ where: '--project', message: `\`${named}\` is not a folder` })
}

/** A file that was named where a command was called, as it is called from the project. */
export function fromProject({ called, project }: Place, file: string): string {
  return called === project || file === '-' ? file : relative(project, resolve(called, file))
}

/** As {@link fromProject}, for what may be something else than a file. */
export function fromProjectIfThere(place: Place, name: string): string {
  return existsSync(resolve(place.called, name)) ? fromProject(place, name) : name
}

function folderAbove(folder: string): string | undefined {
  if (existsSync(join(folder, POLICY_FILE))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : folderAbove(above)
}
