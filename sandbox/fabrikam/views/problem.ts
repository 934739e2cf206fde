import { html } from './html.ts'
import { page, type Visitor } from './page.ts'

export interface ProblemContent {
  readonly title: string
  readonly text: string
  /** What the authorization server said, in its words. */
  readonly said?: string
}

/** Says in words what went wrong and where to go from here. */
export function problemPage({ title, text, said }: ProblemContent, visitor?: Visitor): string {
  return page({
    title,
    ...(visitor && { visitor }),
    body: html`<p class="notice bad" role="alert">${text}</p>
      ${said && html`<p>The login service said: <q>${said}</q></p>`}
      <p><a class="button" href="/">Back to the start</a></p>`,
  })
}
