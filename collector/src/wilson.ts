/** 95 %, two-sided. */
const Z = 1.959_963_984_540_054

/** Wilson's interval for a share: how far `part` of `of` may lie from the truth. Null of nothing. */
export function wilson(part: number, of: number): { readonly low: number; readonly high: number } | null {
  if (of === 0) return null
  const share = part / of
  const middle = share + (Z * Z) / (2 * of)
  const reach = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  const scale = 1 + (Z * Z) / of
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) }
}
