/** A mistake of whoever starts the sandbox: printed as one line, without a stack. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
}
