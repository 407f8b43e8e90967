export type { Sample } from './sample.ts'
