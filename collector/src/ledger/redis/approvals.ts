/** Questions to people that several collectors share. Each is asked of Redis whenever somebody wants to know. */
import { type Approval, type ApprovalQuery, type Approvals, isOpen } from '../approval.ts'
import type { Redis } from './connect.ts'

/** Of so many of the newest those are listed that fit. */
const LOOKED_THROUGH = 5000

export function createApprovals(redis: Pick<Redis, 'run' | 'command'>, prefix: string): Approvals {
  const key = (id: string) => `${prefix}approval:${id}`
  return {
    async approval(id) {
      const text = (await redis.command('GET', key(id))) as string | null
      return text === null ? undefined : (JSON.parse(text) as Approval)
    },
    async approvals({ tenantId, which, limit }: ApprovalQuery) {
      const set = which === 'open' || which === 'pending' ? 'approvals:open' : 'approvals'
      const most = String(LOOKED_THROUGH - 1)
      const order = which === 'open' ? 'ZRANGE' : 'ZREVRANGE'
      const ids = (await redis.command(order, `${prefix}${set}`, '0', most)) as readonly string[]
      if (ids.length === 0) return []
      const texts = (await redis.command('MGET', ...ids.map(key))) as readonly (string | null)[]
      return texts
        .flatMap((text) => (text === null ? [] : [JSON.parse(text) as Approval]))
        .filter((approval) => tenantId === null || approval.tenantId === tenantId)
        .filter((approval) => which === undefined || (which === 'open' ? isOpen(approval) : approval.state === which))
        .slice(0, limit)
    },
    async putApproval(before, after, entry) {
      const said = await redis.run('approve', {
        id: after.id,
        before: before === undefined ? '' : JSON.stringify(before),
        after: JSON.stringify(after),
        asked: after.askedAt,
        open: isOpen(after),
        audit: entry === undefined ? '' : JSON.stringify(entry),
      })
      return said === 'done'
    },
  }
}
