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

// Commands run by `npx --no --`: where ours is not installed, npm would run a stranger's of that name, with credentials.

/** A fork and Dependabot get no secrets, and a token that only reads. */
const IS_OWN = `github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'`

// What a command writes goes beside the work tree, or an audit could not say that it is as in the commit.
const INTO_SUMMARY = `printf '\`\`\`\`\\n%s\\n\`\`\`\`\\n' "$(head -c 900000 "$RUNNER_TEMP/plan.txt")" >> "$GITHUB_STEP_SUMMARY"
          test "$code" -eq 0 || test "$code" -eq 2`

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
    env:
      TENANT: \${{ matrix.tenant }}
`
}

function pullRequestText(environments: readonly string[]): string {
  const isKnown = environments.length > 0
  const [matrix, env, name] = isKnown
    ? [matrixOf(environments), ' --env "$TENANT"', '-${{ matrix.tenant }}']
    : ['', '', '']
  return `# Says what a change of the policy does before anybody agrees to it: in a comment, and whole in the summary of the run.
name: step-up pull request
on: pull_request
permissions: {}

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 20
${matrix}    permissions:
      contents: read
      actions: read # to upload the findings in a private repository
      security-events: write # to upload the findings
    steps:
${CHECKOUT.replace('with:\n', 'with:\n          fetch-depth: 2 # HEAD^1 is the branch that is asked to take the change\n')}      - run: npx --no -- step-up build${env}
      # Exit code 2 says that something gets weaker.
      - run: |
          if git cat-file -e HEAD^1:./config/step-up.policy.yaml; then
            npx --no -- step-up diff HEAD^1${env} --markdown "$RUNNER_TEMP/diff.md" || test $? -eq 2
            cat "$RUNNER_TEMP/diff.md" >> "$GITHUB_STEP_SUMMARY"
          fi
      - run: |
          code=0
          npx --no -- step-up audit${env} --sarif "$RUNNER_TEMP/audit.sarif" --markdown "$RUNNER_TEMP/audit.md" || code=$?
          if test -f "$RUNNER_TEMP/audit.md"; then head -c 900000 "$RUNNER_TEMP/audit.md" >> "$GITHUB_STEP_SUMMARY"; fi
          exit "$code"
      - uses: ${SARIF}
        # A private repository may have no code scanning: with the variable it is told that there is some.
        if: \${{ !cancelled() && ${IS_OWN} && (!github.event.repository.private || vars.CODE_SCANNING == 'on') }}
        with:
          sarif_file: \${{ runner.temp }}/audit.sarif
          category: step-up${name}
      - uses: ${UPLOAD}
        if: \${{ !cancelled() }}
        with:
          name: check${name}
          path: |
            \${{ runner.temp }}/diff.md
            \${{ runner.temp }}/audit.md
${isKnown ? planOfPullRequest(environments) : ''}${commentText(isKnown ? 'check, plan' : 'check')}`
}

function planOfPullRequest(environments: readonly string[]): string {
  return `
  plan:
    if: \${{ vars.DEPLOYS == 'on' && ${IS_OWN} }}
    runs-on: ubuntu-latest
    timeout-minutes: 10
${matrixOf(environments)}    # Its credentials only read, because this job runs the code of the pull request.
    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      # Exit code 2 says that there is something to change.
      - run: |
          code=0
          npx --no -- step-up plan --env "$TENANT" > "$RUNNER_TEMP/plan.txt" || code=$?
          ${INTO_SUMMARY}
        env:
${CREDENTIALS}      - uses: ${UPLOAD}
        if: \${{ !cancelled() }}
        with:
          name: plan-\${{ matrix.tenant }}
          path: \${{ runner.temp }}/plan.txt
`
}

// Others comment as the same bot: ours is known by the mark at its beginning, and no other is written over.
function commentText(needs: string): string {
  return `
  comment:
    needs: [${needs}]
    if: \${{ !cancelled() && ${IS_OWN} }}
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      pull-requests: write # to comment; no code of the pull request runs here
    steps:
      - uses: ${DOWNLOAD}
        with:
          path: \${{ runner.temp }}/said
      # GitHub takes 65,536 characters; the artifacts of the run have all.
      - run: |
          mkdir -p "$RUNNER_TEMP/said" && cd "$RUNNER_TEMP/said"
          files=$(for name in diff.md plan.txt audit.md; do find . -name "$name" | sort; done)
          test -n "$files" || exit 0
          room=$((60000 / $(wc -w <<< "$files")))
          echo '<!-- step-up -->' > "$RUNNER_TEMP/comment.md"
          for file in $files; do
            fence=''
            case "$file" in *.txt) fence='\`\`\`\`' ;; esac
            printf '\\n### %s\\n\\n%s\\n' "\${file#./}" "$fence"
            head -c "$room" "$file" | iconv -c -f utf-8 -t utf-8
            printf '\\n%s\\n' "$fence"
          done >> "$RUNNER_TEMP/comment.md"
          ours='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- step-up -->"))) | .id'
          id=$(gh api --paginate "repos/$GH_REPO/issues/$NUMBER/comments" --jq "$ours" | head -n 1)
          if test -n "$id"; then
            gh api --silent --method PATCH "repos/$GH_REPO/issues/comments/$id" --field body=@"$RUNNER_TEMP/comment.md"
          else
            gh pr comment "$NUMBER" --body-file "$RUNNER_TEMP/comment.md"
          fi
        env:
          GH_TOKEN: \${{ github.token }}
          GH_REPO: \${{ github.repository }}
          NUMBER: \${{ github.event.pull_request.number }}
`
}

function mainText(environments: readonly string[]): string {
  return `# Deploys what was merged, after somebody has approved the plan: docs/bootstrap.md of auth0-step-up says what to set up,
# and the variable DEPLOYS has to be \`on\`. An environment without required reviewers is deployed to at once.
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
    if: \${{ vars.DEPLOYS == 'on' }}
    runs-on: ubuntu-latest
    timeout-minutes: 10
${matrixOf(environments)}    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      - run: |
          code=0
          npx --no -- step-up plan --env "$TENANT" --out "$RUNNER_TEMP/plan.json" > "$RUNNER_TEMP/plan.txt" || code=$?
          ${INTO_SUMMARY}
        env:
${CREDENTIALS}      - uses: ${UPLOAD}
        with:
          name: plan-\${{ matrix.tenant }}
          path: \${{ runner.temp }}/plan.json

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
          path: \${{ runner.temp }}
      # Exit code 2: the tenant has changed since it was planned, and nothing was sent.
      - run: npx --no -- step-up deploy --env "$TENANT" --plan "$RUNNER_TEMP/plan.json" --yes
        env:
${CREDENTIALS}      - run: npx --no -- step-up audit --env "$TENANT" --tenant --html "$RUNNER_TEMP/evidence.html"
        env:
${CREDENTIALS}      - uses: ${UPLOAD}
        if: \${{ !cancelled() }}
        with:
          name: evidence-\${{ matrix.tenant }}
          path: \${{ runner.temp }}/evidence.html
`
}

function nightlyText(environments: readonly string[]): string {
  return `# Fails when a tenant is no longer as the main branch says, or can be got around. Looks at none until DEPLOYS is \`on\`.
name: step-up nightly
on:
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:
permissions: {}

jobs:
  verify:
    if: \${{ vars.DEPLOYS == 'on' }}
    runs-on: ubuntu-latest
    timeout-minutes: 20
${matrixOf(environments)}    environment: \${{ matrix.tenant }}-read
    permissions:
      contents: read
    steps:
${CHECKOUT}      - run: npx --no -- step-up verify --env "$TENANT"
        env:
${CREDENTIALS}      - run: npx --no -- step-up audit --env "$TENANT" --tenant
        if: \${{ !cancelled() }}
        env:
${CREDENTIALS}`
}
