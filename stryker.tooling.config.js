import action from './stryker.config.js'

// The policy loader and the planner, of which less is asked: nobody's login hangs on the wording of an error.
export default {
  ...action,
  mutate: ['scripts/policy/{checks,compile,load,yaml-source}.ts', 'scripts/tenant/plan.ts'],
  thresholds: { high: 95, low: 90, break: 90 },
}
