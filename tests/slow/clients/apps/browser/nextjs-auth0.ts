// The browser half of nextjs-auth0: its own step-up in a popup.
import { mfa } from '@auth0/nextjs-auth0/client'
import { AUDIENCE, errorAnswer, SCOPES, type Answer } from '../setting.ts'

document.getElementById('high-value')?.addEventListener('click', () => {
  void stepUp()
    .catch(errorAnswer)
    .then((answer) => {
      const outcome = document.getElementById('outcome')
      if (outcome !== null) outcome.textContent = JSON.stringify(answer)
    })
})

async function stepUp(): Promise<Answer> {
  const { token } = await mfa.challengeWithPopup({
    audience: AUDIENCE,
    scope: SCOPES['high-value'],
  })
  return { accessToken: token }
}
