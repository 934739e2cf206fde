// Keeps the page as the tenant is. Without this script a reload does.
const EVERY_MS = 2_000
const shown = new Map()

async function refresh() {
  const answer = await fetch(location.href).catch(() => undefined)
  if (!answer?.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const fresh of next.querySelectorAll('[data-live]')) update(fresh)
}

function update(fresh) {
  const part = document.getElementById(fresh.id)
  const before = shown.get(fresh.id)
  shown.set(fresh.id, fresh.innerHTML)
  // What is new as a whole, such as the inbox at its first message.
  if (part === null) document.getElementById('users')?.after(fresh)
  else if (before !== fresh.innerHTML) replace(part, fresh)
}

/** What is open stays open, and the keyboard stays where it is. */
function replace(part, fresh) {
  const open = [...part.querySelectorAll('details[open]')].map(({ id }) => id)
  const focused = document.activeElement?.closest('details')?.id
  part.innerHTML = fresh.innerHTML
  for (const details of part.querySelectorAll('details')) {
    details.open = open.includes(details.id)
    if (details.id === focused) details.querySelector('summary')?.focus()
  }
}

setInterval(() => {
  // Whoever is about to copy something keeps the selection.
  if (!document.hidden && (getSelection()?.isCollapsed ?? true)) void refresh()
}, EVERY_MS)
