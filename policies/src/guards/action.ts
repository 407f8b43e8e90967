/** What becomes of a text, from mild to strict. `ask` leaves it to a person. */
export const ACTIONS = ['allow', 'flag', 'redact', 'ask', 'block'] as const
export type Action = (typeof ACTIONS)[number]

/** The stricter of two. */
export const strictest = (a: Action, b: Action): Action => (ACTIONS.indexOf(a) >= ACTIONS.indexOf(b) ? a : b)
