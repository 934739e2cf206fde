import { html, type Html } from '../pages/html.ts'

/**
 * @param id under which the page's script finds it, to keep it as the tenant is
 * @param none what to say of an empty list
 */
export function section(id: string, title: string, items: readonly Html[], none = ''): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title" data-live>
    <h2 id="${id}-title">${title}</h2>
    ${
      items.length === 0
        ? html`<p class="quiet">${none}</p>`
        : html`<ul class="cards">
            ${items.map((item) => html`<li>${item}</li> `)}
          </ul>`
    }
  </section> `
}

/** @returns a time for people, which is that of the tenant */
export function timeOf(ms: number): Html {
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
