import jest from './jest.config.js'

// Breaks the code one small way after another and asks the quick tests: one that none of them notices is a
// test that is missing. What is left of the Action changes nothing that it does. Run with: npm run mutation
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['actions/step-up/*.ts'],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  jest: {
    config: {
      ...jest,
      coverageThreshold: undefined,
      testMatch: ['<rootDir>/tests/unit/{decide,match,strange-events,post-login}.test.ts'],
    },
    enableFindRelatedTests: false,
  },
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 100, low: 95, break: 95 },
  tempDirName: '.stryker-tmp',
}
