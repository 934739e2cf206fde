// The front of all commands: `npx step-up COMMAND`, and in this repository `npm run COMMAND -- FLAGS`.
import { runFront, type Commands } from './terminal/front.ts'
import { IS_REPOSITORY } from './terminal/typed.ts'

/** In the order in which one uses them. */
const COMMANDS: Commands = {
  init: {
    purpose: 'begin in a tenant that exists: a policy, a tenant file, environments, workflows',
    load: async () => (await import('./init.ts')).init,
  },
  build: {
    purpose: 'check the policy, and write the Action and what APIs demand into dist/',
    load: async () => (await import('./build.ts')).build,
  },
  explain: {
    purpose: 'tell how a login would end, and by which rule',
    load: async () => (await import('./explain.ts')).explain,
  },
  diff: {
    purpose: 'say what a change of the policy means',
    load: async () => (await import('./diff.ts')).diff,
  },
  audit: {
    purpose: 'prove the bundle in every case that can matter; look for what defeats it',
    load: async () => (await import('./audit.ts')).audit,
  },
  forecast: {
    purpose: 'count the users who have no factor that a rule accepts',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  plan: {
    purpose: 'show what a deploy would change in a tenant',
    load: async () => (await import('./plan.ts')).plan,
  },
  deploy: {
    purpose: 'bring a tenant to the state of tenant.yaml',
    load: async () => (await import('./deploy.ts')).deploy,
  },
  verify: {
    purpose: 'tell whether a tenant is still as the files say',
    load: async () => (await import('./verify.ts')).verify,
  },
  rollback: {
    purpose: 'list the versions that a tenant keeps, and go back to one',
    load: async () => (await import('./rollback.ts')).rollback,
  },
  start: {
    purpose:
      'show your policy in a browser: the sandbox tenant, and an app that asks for what it protects',
    load: async () => (await import('./start.ts')).start,
  },
  sandbox: {
    purpose: 'run an emulated tenant for your own tests and apps',
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  schema: {
    purpose: 'write the JSON Schema that lets an editor complete the policy',
    load: async () => (await import('./schema.ts')).schema,
  },
}

/** What this repository needs of itself; not shown, and not in the package. */
const OF_THE_REPOSITORY: Commands = {
  engine: {
    purpose: 'record which engine this version builds',
    load: async () => (await import('./engine.ts')).engine,
  },
}

await runFront(process.argv.slice(2), {
  commands: COMMANDS,
  hidden: IS_REPOSITORY ? OF_THE_REPOSITORY : {},
  versions: async () => (await import('./policy/version.ts')).readVersions(),
  suggest: async (...given) => (await import('./policy/suggest.ts')).suggest(...given),
  nearest: async (...given) => (await import('./policy/suggest.ts')).nearestTo(...given),
})
