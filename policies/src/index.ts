export { MAX_NANO_USD, NANO_PER_USD, type NanoUsd, nanoFromUsd, usdFromNano } from './money.ts'
