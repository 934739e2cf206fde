// A test whose assertions never ran must fail: a callback that is never called proves nothing.
beforeEach(() => {
  expect.hasAssertions()
})
