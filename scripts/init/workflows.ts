const CHECKOUT = `      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
          cache: npm
      - run: npm ci --omit=dev
`
const UPLOAD = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0'
const DOWNLOAD = 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1'
const SARIF = 'github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2'

const CREDENTIALS = `          AUTH0_CLIENT_ID: \${{ secrets.AUTH0_CLIENT_ID }}
          AUTH0_CLIENT_SECRET: \${{ secrets.AUTH0_CLIENT_SECRET }}
`

/** The pipelines of a repository that deploys to these environments, by their files. */
export function workflowTexts(environments: readonly string[]): Readonly<Record<string, string>> {
  const pullRequest = {
    '.github/workflows/step-up-pull-request.yml': pullRequestText(environments),
  }
  if (environments.length === 0) return pullRequest
  return {
    ...pullRequest,
    '.github/workflows/step-up-main.yml': mainText(environments),
    '.github/workflows/step-up-nightly.yml': nightlyText(environments),
  }
}

function matrixOf(environments: readonly string[]): string {
  return `    strategy:
      fail-fast: false
      matrix:
        tenant: [${environments.map((name) => `'${name}'`).join(', ')}]
`
}

function pullRequestText([first, ...rest]: readonly string[]): string {
  const env = first === undefined ? '' : ` --env ${first}`
  return `# Says what a change of the policy does before anybody agrees to it.
name: step-up pull request
on: pull_request
permissions: {}

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      security-events: write # to upload the findings
    steps:
${CHECKOUT}      - run: npx step-up build${env}
      - run: npx step-up audit${env} --sarif audit.sarif --markdown audit.md
      - uses: ${SARIF}
        # The token of a fork may not upload.
        if: \${{ !cancelled() && github.event.pull_request.head.repo.full_name == github.repository }}
        with:
          sarif_file: audit.sarif
      - uses: ${UPLOAD}
        if: \${{ !cancelled() }}
        with:
          name: audit
          path: audit.md
${
  first === undefined
    ? ''
    : `
  plan:
    # A fork gets no secrets.
    if: \${{ github.event.pull_request.head.repo.full_name == github.repository }}
    runs-on: ubuntu-latest
    timeout-minutes: 10
${matrixOf([first, ...rest])}    # Its credentials only read, because this job runs the code of the pull request.
    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      # Exit code 2 says that there is something to change.
      - run: |
          code=0
          npx step-up plan --env "$TENANT" > plan.txt || code=$?
          printf '\`\`\`\`\\n%s\\n\`\`\`\`\\n' "$(cat plan.txt)" >> "$GITHUB_STEP_SUMMARY"
          test "$code" -eq 0 || test "$code" -eq 2
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}`
}`
}

function mainText(environments: readonly string[]): string {
  return `# Deploys what was merged, after somebody has approved the plan.
name: step-up main
on:
  push:
    branches: [main]
permissions: {}
# One deploy at a time, and none is cut off.
concurrency:
  group: step-up-deploy

jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 10
${matrixOf(environments)}    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      - run: |
          code=0
          npx step-up plan --env "$TENANT" --out plan.json > plan.txt || code=$?
          printf '\`\`\`\`\\n%s\\n\`\`\`\`\\n' "$(cat plan.txt)" >> "$GITHUB_STEP_SUMMARY"
          test "$code" -eq 0 || test "$code" -eq 2
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}      - uses: ${UPLOAD}
        with:
          name: plan-\${{ matrix.tenant }}
          path: plan.json

  deploy:
    needs: plan
    runs-on: ubuntu-latest
    timeout-minutes: 20
${matrixOf(environments)}    # Give these environments required reviewers: they approve the plan in the summary of the run.
    environment: \${{ matrix.tenant }}
    permissions:
      contents: read
    steps:
${CHECKOUT}      - uses: ${DOWNLOAD}
        with:
          name: plan-\${{ matrix.tenant }}
      # Exit code 2: the tenant has changed since it was planned, and nothing was sent.
      - run: npx step-up deploy --env "$TENANT" --plan plan.json --yes
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}      - run: npx step-up audit --env "$TENANT" --tenant --html evidence.html
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}      - uses: ${UPLOAD}
        if: \${{ !cancelled() }}
        with:
          name: evidence-\${{ matrix.tenant }}
          path: evidence.html
`
}

function nightlyText(environments: readonly string[]): string {
  return `# Fails when a tenant is no longer as the main branch says, or can be got around.
name: step-up nightly
on:
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:
permissions: {}

jobs:
  verify:
    runs-on: ubuntu-latest
    timeout-minutes: 20
${matrixOf(environments)}    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      - run: npx step-up verify --env "$TENANT"
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}      - run: npx step-up audit --env "$TENANT" --tenant
        if: \${{ !cancelled() }}
        env:
          TENANT: \${{ matrix.tenant }}
${CREDENTIALS}`
}
