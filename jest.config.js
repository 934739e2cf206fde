/** @type {import('jest').Config} */
export default {
  // Most of the long tests wait for another process.
  maxWorkers: '100%',
  // Of patience, not of speed: a busy machine may take its time.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // What takes long, or needs more than packages, is left to CI, and to whoever says CI=true.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.CI ? [] : ['<rootDir>/tests/slow/'])],
  transform: {
    '\\.[jt]s$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(.*/node_modules/)?(jose|chalk|oauth4webapi|openid-client)/)',
  ],
  setupFilesAfterEnv: ['<rootDir>/tests/support/setup.ts'],
  modulePathIgnorePatterns: [
    '<rootDir>/.sandbox',
    '<rootDir>/dist',
    '<rootDir>/lib',
    '<rootDir>/.stryker-tmp',
  ],
  collectCoverageFrom: ['actions/**/*.ts'],
  coverageThreshold: { 'actions/': { branches: 100, functions: 100, lines: 100 } },
}
