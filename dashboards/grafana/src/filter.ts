/**
 * Conditions on what a reader chose. A value of a variable goes into SQL percent-encoded, inside a literal, and is decoded by
 * the engine: Grafana's own quoting leaves backslashes alone, which ClickHouse takes for escapes.
 */

export const CHOICES = ['tenant', 'workflow', 'agent', 'model', 'version'] as const
export type Choice = (typeof CHOICES)[number]

/** The chosen values as an array, from `var-agent=a&var-agent=b`. */
const values = (choice: Choice): string => {
  const from = `var-${choice}=`.length + 1
  return `arrayMap(p -> decodeURLFormComponent(substring(p, ${from})), splitByChar('&', '\${${choice}:queryparam}'))`
}
/** What Grafana sends for `All`, written so that nothing takes it for a variable. */
const ALL = "concat(char(36), '__all')"

const columns: Readonly<Record<Choice, string>> = {
  tenant: '[toString(tenant)]',
  workflow: '[toString(workflow)]',
  agent: '[toString(agent)]',
  model: '[toString(model)]',
  version: '[toString(agent_version), toString(prompt_version), toString(config_version)]',
}

/** Rows of the dashboard's time whose columns hold one of the chosen values each. */
export const chosen = (time: string, ...choices: readonly Choice[]): string =>
  [`$__timeFilter(${time})`, within(...choices)].join('\n  AND ')

/** The same of any time. */
export const within = (...choices: readonly Choice[]): string =>
  choices
    .map((choice) => `(has(${values(choice)}, ${ALL}) OR hasAny(${values(choice)}, ${columns[choice]}))`)
    .join('\n  AND ')

/** Whether nothing is chosen at all: a condition without rows, which spares the look at other tables. */
export const unchosen = (...choices: readonly Choice[]): string =>
  choices.map((choice) => `has(${values(choice)}, ${ALL})`).join(' AND ')

/** The text of a text box. */
export const typed = (variable: string): string => `decodeURLComponent('\${${variable}:percentencode}')`
