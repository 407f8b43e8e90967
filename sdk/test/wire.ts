/** One answer in a provider's wire format. */
export interface Billed {
  input: number
  output: number
}

export type Usage = Billed | undefined

/** Tokens that go in, whatever is asked. */
export const INPUT = 12

export interface Wire {
  readonly streams: boolean
  readonly limit: number
  readonly textless?: boolean
  readonly mark: string
  whole(text: string, usage: Usage, cut: boolean): object | Buffer
  begin(): object[]
  piece(text: string): object
  finish(usage: Usage, cut: boolean): object[]
}

export type Body = Readonly<Record<string, unknown>>

export const number = (...values: unknown[]) =>
  values.find((value) => typeof value === 'number') ?? Number.POSITIVE_INFINITY
