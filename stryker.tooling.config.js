import action from './stryker.config.js'

// The policy loader and the planner, measured apart from the Action so that neither makes up for the other.
export default {
  ...action,
  mutate: ['scripts/policy/{checks,compile,load,yaml-source}.ts', 'scripts/tenant/plan.ts'],
  // A busy machine is no proof that a mutant hangs.
  timeoutMS: 30_000,
  jest: {
    ...action.jest,
    config: {
      ...action.jest.config,
      testMatch: ['<rootDir>/tests/unit/{policy*,plan*}.test.ts'],
    },
  },
}
