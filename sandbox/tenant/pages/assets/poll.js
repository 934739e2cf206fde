// Asks every other second whether the user has answered on the device, unless the user does something here.
const { form } = document.querySelector('input[name=step]')
const timer = setTimeout(() => form.submit(), 2_000)

for (const type of ['submit', 'input', 'toggle']) {
  form.addEventListener(type, () => clearTimeout(timer), { capture: true })
}
