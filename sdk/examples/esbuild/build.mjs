// node build.mjs
import { build } from 'esbuild'

await build({
  entryPoints: ['app.ts'],
  outfile: 'bundle.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  // some of what is bundled is CommonJS, which asks for `require`; under its own name, as OpenTelemetry imports it too
  banner: { js: "import { createRequire as make } from 'node:module'; const require = make(import.meta.url)" },
})
