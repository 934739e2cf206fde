// Lets Node run the TypeScript of this project: by itself where it can, which is quicker, or else with its types
// taken out by esbuild.
if (!process.features.typescript) {
  const { register } = await import('node:module')
  process.setSourceMapsEnabled(true)
  register('./typescript-hooks.js', import.meta.url)
}
