import { html } from './html.ts'
import { page } from './page.ts'

/** What a visitor sees who is not logged in. */
export function homePage(): string {
  return page({
    title: 'Banking that asks twice where it matters',
    body: html`<p class="lead">
        Read your accounts with a login. Move money, or see what everyone earns, only after a second
        factor.
      </p>
      <p><a class="button" href="/login">Log in</a></p>`,
  })
}
