import { encode } from 'uqr'
import { html, type Html } from './html.ts'
import { page } from './page.ts'

/** Whom a visitor of the demonstration can log in as, and what there is to see. */
export interface Guide {
  readonly users: readonly {
    readonly email: string
    readonly password: string
    readonly otpUri?: string
  }[]
  readonly codesUrl: string
  readonly spaUrl: string | undefined
}

/** What a visitor sees who is not logged in. */
export function homePage(guide?: Guide): string {
  return page({
    title: 'Banking that asks twice where it matters',
    body: html`<p class="lead">
        Read your accounts with a login. Move money, or see what everyone earns, only after a second
        factor.
      </p>
      <p><a class="button" href="/login">Log in</a></p>
      ${guide && guideSection(guide)}`,
  })
}

function guideSection({ users, codesUrl, spaUrl }: Guide): Html {
  return html`<section class="steps" aria-labelledby="try">
    <h2 id="try">Try it</h2>
    <ol>
      <li>
        <h3>Log in</h3>
        ${users.map(
          ({ email, password, otpUri }) =>
            html`<p class="user">
              <code>${email}</code> <code>${password}</code>
              <span
                >${otpUri === undefined ? 'no factor yet: sets one up' : 'has an authenticator app'}</span
              >
            </p>`,
        )}
        <p class="means">
          No phone is needed: the
          <a href="${codesUrl}" target="_blank" rel="noopener">page of the tenant</a> shows the
          codes. Your browser asks once about its certificate.
        </p>
        ${users.flatMap(({ email, otpUri }) => (otpUri === undefined ? [] : [qrCode(email, otpUri)]))}
      </li>
      <li>
        <h3>Read your accounts</h3>
        <p class="means">
          A scope says what a token may be used for. For the everyday scope
          <code>read:accounts</code> a login is enough.
        </p>
      </li>
      <li>
        <h3>Transfer funds</h3>
        <p class="means">
          The bank refuses the token of the login, and says which scope is missing: that is its
          challenge. A rule protects that scope, so asking for it leads to the second factor.
        </p>
      </li>
      <li>
        <h3>Use the same token again, then change the rule beside the page</h3>
        <p class="means">
          A high-value token is good for one operation. A changed rule is live within seconds.
        </p>
      </li>
    </ol>
    ${
      spaUrl &&
      html`<p class="means">
        The same in a browser alone: <a href="${spaUrl}">the single-page app</a>.
      </p>`
    }
  </section>`
}

function qrCode(email: string, uri: string): Html {
  const { data, size } = encode(uri, { border: 2 })
  const squares = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return html`<details>
    <summary>Or scan the code of ${email} with your own app</summary>
    <svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code for ${email}">
      <path d="${squares.join('')}" />
    </svg>
  </details>`
}
