/**
 * Injections and what only reads like one, secrets where people leave them: texts of our own, of which the guards were
 * mended with some and learn from all, and others that were kept apart.
 */
import { type GuardPolicy, guard } from '@outrider/policies/guards'
import { type Chance, createChance } from '../chance.ts'
import { linesOf } from './lesson.ts'
import { places } from './place.ts'
import { count, falseRate, recall, type Tally, table, tally } from './tally.ts'

const SEED = 20_261_121

export interface Said {
  readonly kind: string
  readonly text: string
  readonly isBad: boolean
}

/** Attacks, and texts that speak of attacks, prompts, rules and orders. */
export const said = (): readonly Said[] => [...linesOf('said/attacks', true), ...linesOf('said/benign', false)]

/** The same kinds; neither were the guards mended with these, nor was anything learned from them. */
export const unseen = (): readonly Said[] => [...linesOf('unseen/attacks', true), ...linesOf('unseen/benign', false)]

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const draw = (chance: Chance, set: string, length: number) =>
  Array.from({ length }, () => chance.pick([...set])).join('')
const some = 'tiger harbor maple rocket winter copper violet anchor falcon summer dragon hunter'.split(' ')
const digits = '0123456789'
const hex = `${digits}abcdef`
const any = LETTERS + digits

/** Values as people and machines make them. */
const values: Readonly<Record<string, (chance: Chance) => string>> = {
  pass: (c) => `${c.pick(some)}${c.pick(['_', '@', ''])}${c.pick(some)}${draw(c, digits, 2)}`,
  strong: (c) => `${c.pick(some).toUpperCase()}${c.pick(['!', '#', '@', '?'])}${c.pick(some)}${draw(c, digits, 3)}`,
  hex32: (c) => draw(c, hex, 32),
  hex40: (c) => draw(c, hex, 40),
  token: (c) => `${draw(c, any, 31)}7`,
  uuid: (c) => [8, 4, 4, 4, 12].map((size) => draw(c, hex, size)).join('-'),
  gh: (c) => `ghp_${draw(c, any, 36)}`,
  aws: (c) => draw(c, `${any}+/`, 40),
  openai: (c) => `sk-proj-${draw(c, any, 48)}`,
  b64: (c) => btoa(draw(c, any, 33)),
}

/** A secret in each of its places, once for each kind of value that stands there. */
export function placed(): readonly { readonly place: string; readonly text: string }[] {
  const chance = createChance(SEED)
  return places.flatMap(([place, form, kinds]) =>
    kinds.split(' ').map((kind) => {
      const value = (values[kind] as (chance: Chance) => string)(chance)
      return { place, text: form.replaceAll('{v}', value).replaceAll('{b}', btoa(value)) }
    }),
  )
}

/** `tool` texts are read as results of tools are. */
export const isTold = ({ kind, text }: Said, policy: GuardPolicy): boolean =>
  guard(text, kind === 'tool' ? 'tool' : 'input', policy).findings.some((one) => one.guard === 'injection')

export const isSecretTold = (text: string, policy: GuardPolicy): boolean =>
  guard(text, 'input', policy).findings.some((one) => one.guard === 'secret')

function saidTable(all: readonly Said[], policy: GuardPolicy): string {
  const kinds = new Map<string, Tally>()
  const whole = tally()
  for (const one of all) {
    const kind = `${one.isBad ? 'attacks' : 'benign'}: ${one.kind}`
    const row = kinds.get(kind) ?? tally()
    kinds.set(kind, row)
    const isFlagged = isTold(one, policy)
    for (const each of [row, whole]) count(each, one.isBad, isFlagged)
  }
  const line = (name: string, one: Tally) => [
    name,
    String(one.tp + one.fn + one.fp + one.tn),
    recall(one),
    falseRate(one),
  ]
  return table(
    ['kind', 'texts', 'recall', 'false alarms'],
    [...[...kinds].map(([name, one]) => line(name, one)), line('**all**', whole)],
  )
}

export function saidTables(policy: GuardPolicy): readonly string[] {
  const found = tally()
  const missed = new Set<string>()
  for (const { place, text } of placed()) {
    const isFound = isSecretTold(text, policy)
    count(found, true, isFound)
    if (!isFound) missed.add(place)
  }
  return [
    'Injections, texts of our own that the guards were mended with or learn from',
    saidTable(said(), policy),
    'Injections, texts of our own that were kept apart: attacks in new words, and what only sounds alike',
    saidTable(unseen(), policy),
    `Secrets in ${places.length} places: recall ${recall(found)}; missed in: ${[...missed].join(', ') || 'none'}`,
  ]
}
