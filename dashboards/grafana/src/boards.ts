import { agents } from './agents.ts'
import { alerts } from './alerts.ts'
import { collector } from './collector.ts'
import { guards } from './guards.ts'
import { money } from './money.ts'
import { overview } from './overview.ts'
import { quality } from './quality.ts'
import { runs } from './runs.ts'

/** All dashboards, by the name of their file. */
export const boards = { overview, agents, money, runs, guards, alerts, quality, collector } as const
