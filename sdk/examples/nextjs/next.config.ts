import type { NextConfig } from 'next'

// one copy of each for all of the server's bundles, loaded by Node.js itself
const config: NextConfig = { serverExternalPackages: ['@outrider/sdk', 'openai'] }

export default config
