// Lets whoever types a password see it.
'use strict'

for (const input of document.querySelectorAll('input[type=password]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'show'
  button.setAttribute('aria-controls', input.id)
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password'
    button.textContent = isShown ? 'Hide password' : 'Show password'
  }
  show(false)
  button.addEventListener('click', () => show(input.type === 'password'))
  // Browsers would remember it as a text.
  input.form.addEventListener('submit', () => show(false))
  input.after(button)
}
