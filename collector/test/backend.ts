import { connect } from '../src/store/connect.ts'
import type { StoreSettings } from '../src/store/open.ts'
import type { Backend } from '../src/store/store.contract.ts'

/** Stores for the contract suites, each in databases of its own at one address. `drop` removes them all. */
export function backendAt(
  common: Pick<StoreSettings, 'url' | 'lanes' | 'cluster'>,
  prefix: string,
): { readonly backend: Backend; drop(): Promise<void> } {
  let databases = 0
  const at = (database: string) => connect({ url: common.url, database, login: common.lanes.write })
  const lane = (settings: StoreSettings) => at(settings.database!)
  return {
    backend: {
      settings: (given) => ({ ...common, database: `${prefix}_${++databases}`, retentionDays: 30, ...given }),
      async run(settings, sql) {
        const connection = lane(settings)
        await connection.run(sql).finally(() => connection.close())
      },
      rows(settings, sql) {
        const connection = lane(settings)
        return connection.rows<never>(sql).finally(() => connection.close())
      },
    },
    async drop() {
      const connection = at('default')
      const everywhere = common.cluster === undefined ? '' : `ON CLUSTER '${common.cluster}' SYNC`
      const names = Array.from({ length: databases }, (_, n) => `${prefix}_${n + 1}`)
      for (const name of names.flatMap((one) => [one, `${one}_all`, `${one}_views`])) {
        await connection.run(`DROP DATABASE IF EXISTS ${name} ${everywhere}`)
      }
      await connection.close()
    },
  }
}
