/** The door of `@outrider/sdk/mastra`. */
export { exporter } from './exporter.ts'
