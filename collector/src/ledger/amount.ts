/** No sum in the ledger grows beyond this, so that sums of a few of them are exact; it is 4.5 million USD. */
const CEILING = 2 ** 52

export const capped = (sum: number): number => Math.min(Math.max(0, sum), CEILING)
