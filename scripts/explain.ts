import { readFileSync } from 'node:fs'
import { readQuestion, QUESTION_OPTIONS } from './explain/question.ts'
import { runCommand } from './terminal/command.ts'

await runCommand({
  name: 'explain',
  summary: 'Tells what a login would come to, by which rule, and what would have to change.',
  options: {
    ...QUESTION_OPTIONS,
    'why-not': { type: 'boolean', help: 'find the smallest changes that get the scopes' },
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
  },
  run: async ({ env, 'why-not': whyNot, ...flags }, terminal) => {
    const { newExplainer } = await import('./explain/explainer.ts')
    const { renderExplanation } = await import('./explain/render.ts')
    const { whatWouldHaveToChange } = await import('./explain/why-not.ts')
    const { positionsIn } = await import('./audit/tenant/policy-positions.ts')
    const { compilePolicy } = await import('./policy/compile.ts')
    const { loadDesired, POLICY_FILE } = await import('./tenant/desired.ts')
    const { loadEnvironment, SANDBOX } = await import('./tenant/environment.ts')
    const question = readQuestion(flags, Date.now())
    const { bundle } = await loadDesired(loadEnvironment(String(env ?? SANDBOX)), [])
    const policy = compilePolicy(bundle.policy)
    const locate = positionsIn(POLICY_FILE, readFileSync(POLICY_FILE, 'utf8'))
    const explain = newExplainer({ code: bundle.code, policy, locate })
    const explanation = explain(question)
    const changes = whyNot === true ? whatWouldHaveToChange(explain, policy, question) : undefined
    terminal.result(renderExplanation(explanation, changes, terminal), {
      ...explanation,
      ...(changes && { changes }),
    })
    return explanation.isGranted ? 0 : 2
  },
})
