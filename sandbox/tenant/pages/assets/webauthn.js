// Asks the browser for a security key or for device biometrics when the form is sent, and sends what it answers.
const field = document.querySelector('input[data-webauthn]')
const alert = document.getElementById('error')
const { form } = field

form.addEventListener('submit', (event) => {
  if (event.submitter?.name === 'another') return
  event.preventDefault()
  alert.hidden = true
  ask().then(send, explain)
})

async function ask() {
  const options = JSON.parse(field.dataset.options)
  if (field.dataset.webauthn === 'enrol-webauthn') {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    return navigator.credentials.create({ publicKey })
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return navigator.credentials.get({ publicKey })
}

function send(credential) {
  field.value = JSON.stringify(credential)
  form.submit()
}

function explain(error) {
  alert.textContent =
    error.name === 'InvalidStateError'
      ? 'This authenticator is already registered.'
      : 'That did not work, or took too long. Try again.'
  alert.hidden = false
}
