import { useId } from 'react'

interface Props<T extends string> {
  /** What is chosen, for people who cannot see it. */
  readonly label: string
  readonly options: readonly (readonly [value: T, words: string])[]
  readonly value: T
  readonly onChoose: (value: T) => void
}

/** One of a few, all of them in sight. Arrow keys move the choice, as in any radio group. */
export function Choice<T extends string>({ label, options, value, onChoose }: Props<T>) {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend className="unseen">{label}</legend>
      {options.map(([option, words]) => (
        <label key={option} className={option === value ? 'on' : undefined}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChoose(option)} />
          {words}
        </label>
      ))}
    </fieldset>
  )
}
