// The page of every client that runs in a browser: two buttons, and what came of the last one.
import { errorAnswer, type Answer, type CallName, type Setting } from '../setting.ts'
import { auth0React } from './auth0-react.ts'
import { auth0SpaJs } from './auth0-spa-js.ts'
import type { Start } from './driver.ts'
import { oidcClientTs } from './oidc-client-ts.ts'

const DRIVERS: Readonly<Record<string, Start>> = {
  '@auth0/auth0-spa-js': auth0SpaJs,
  '@auth0/auth0-react': auth0React,
  'oidc-client-ts': oidcClientTs,
}

const given = new URLSearchParams(location.search).get('setting')
if (given !== null) sessionStorage.setItem('setting', given)
const setting = JSON.parse(sessionStorage.getItem('setting') ?? '{}') as Setting

const outcome = document.createElement('output')
outcome.id = 'outcome'

const start = DRIVERS[setting.driver]
if (start === undefined) throw new Error(`no driver ${setting.driver}`)
const isBack = /[?&](code|error)=/.test(location.search)
const driver = await start(setting, isBack)

for (const name of ['everyday', 'high-value'] as const) {
  const button = document.createElement('button')
  button.id = name
  button.textContent = name
  button.addEventListener('click', () => {
    outcome.textContent = ''
    sessionStorage.setItem('call', name)
    void attempt(() => driver.call(name))
  })
  document.body.append(button)
}
document.body.append(outcome)

if (isBack) {
  const call = sessionStorage.getItem('call') as CallName | null
  await attempt(() => driver.comeBack(call ?? 'everyday'))
  history.replaceState(undefined, '', '/')
}

async function attempt(act: () => Promise<Answer>): Promise<void> {
  const answer = await act().catch(errorAnswer)
  if (answer !== 'left') outcome.textContent = JSON.stringify(answer)
}
