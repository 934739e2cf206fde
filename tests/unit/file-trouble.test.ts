import { fileTrouble } from '../../scripts/terminal/file-trouble.ts'

const failed = (code: string) =>
  Object.assign(new Error(code), { code, syscall: 'open', path: 'dist/step-up.js' })

// prettier-ignore
test.each([
  ['EACCES', 'permission denied'],
  ['EPERM',  'permission denied'],
  ['EROFS',  'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EISDIR', 'it is a folder'],
])('%s is for the user to mend', (code, reason) => {
  expect(fileTrouble(failed(code))).toEqual({
    where: 'dist/step-up.js',
    message: `cannot be read or written: ${reason} (open)`,
    hint: 'run this where you may read and write, or have this file or folder changed',
  })
})

test.each([
  ['a file that nobody looked for first', failed('ENOENT')],
  ['an error of the network', Object.assign(new Error(), { code: 'EACCES', syscall: 'listen' })],
  ['an error of ours', new TypeError('x is undefined')],
  ['no error', undefined],
])('%s is none of it', (_name, error) => {
  expect(fileTrouble(error)).toBeUndefined()
})
