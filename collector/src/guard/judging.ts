/** Texts judged where there is time for them: short ones here, long ones in the thread, with the same vaults. */
import { type Direction, type GuardPolicy, usesVault } from '@outrider/policies/guards'
import type { GuardScope } from '../guard-policy.ts'
import type { Reader } from './reader.ts'
import { type AskedText, type JudgedTexts, type JudgeSettings, judgeTexts } from './text-judge.ts'
import type { RunOfTenant, Vaults } from './vaults.ts'

interface Judging {
  readonly texts: readonly AskedText[]
  readonly policy: GuardPolicy
  /** The policy's name, where it is not the one that is configured for the scope. */
  readonly pack?: string | undefined
  readonly scope: GuardScope
  readonly of: RunOfTenant
  readonly judge: JudgeSettings
  /** Characters that are read at once. */
  readonly atOnce: number
}

export interface TextJudge {
  /** Null where it could not be read. Never rejects. */
  judge(asked: Judging): JudgedTexts | null | Promise<JudgedTexts | null>
  /** A model's answer with what was hidden on its way in. */
  restored(text: string, of: RunOfTenant): string
}

export interface TextJudgeParts {
  readonly reader: Pick<Reader, 'read'>
  readonly vaults: Vaults
  readonly hashKey: string
}

/** What goes into a model has one vault with what it said before; what it writes now has its own. */
export const vaultOf = (texts: readonly AskedText[]): Direction =>
  texts.every(({ direction }) => direction === 'output') ? 'output' : 'input'

/** What each text costs, however short. */
const EACH = 32

export function createTextJudge({ reader, vaults, hashKey }: TextJudgeParts): TextJudge {
  return {
    judge({ texts, policy, pack, scope, of, judge, atOnce }) {
      const direction = vaultOf(texts)
      const isHidden = texts.some((text) => usesVault(policy, text.direction))
      const vault = isHidden ? vaults.hiding(of, direction) : undefined
      const size = texts.reduce((sum, { text }) => sum + text.length + EACH, -EACH)
      if (size <= atOnce)
        return judgeTexts(texts, policy, judge, { hashKey, ...(vault === undefined ? {} : { vault }) })
      return reader.read({ texts, scope, judge, of, ...(pack === undefined ? {} : { pack }) }).then((judged) => {
        if (judged?.hidden !== undefined) vault?.adopt(judged.hidden)
        return judged
      })
    },
    restored: (text, of) => vaults.restoring(of)?.restoreJson(text) ?? text,
  }
}
