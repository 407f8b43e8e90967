/** `GET /api/workflows`: how runs ended, and what a successful one costs. */
import { usdFromNano } from '@outrider/policies'
import type { WorkflowFigures, WorkflowQuery } from '../store/workflow-store.ts'
import { workflowsQueryJsonSchema } from './workflows-query.ts'

export function workflowsJson({ fromMs, toMs, success }: WorkflowQuery, workflows: readonly WorkflowFigures[]) {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    success,
    workflows: workflows.map(({ costNano, ...workflow }) => ({
      ...workflow,
      costUsd: costNano === null ? null : usdFromNano(costNano),
      costPerSuccessUsd: costPerSuccess(workflow, costNano),
    })),
  }
}

/** What failed is paid for by what succeeded. Nobody knows of some runs, so it lies between two figures. */
function costPerSuccess({ succeeded, unknown }: Omit<WorkflowFigures, 'costNano'>, costNano: number | null) {
  const per = (successes: number) => {
    return costNano === null || successes === 0 ? null : usdFromNano(Math.round(costNano / successes))
  }
  return { low: per(succeeded + unknown), high: per(succeeded) }
}

const text = { type: 'string' }
const count = (description: string) => ({ type: 'integer', description })
const maybe = (description: string) => ({ type: ['number', 'null'], description })
const record = (properties: Readonly<Record<string, unknown>>) => {
  return { type: 'object', properties, required: Object.keys(properties) }
}

export const workflowsSchema = {
  summary: 'How the runs of each workflow ended, and what a successful one costs.',
  description: 'A posted outcome wins over a told one; without either a failed or stopped root span is a failure.',
  tags: ['workflows'],
  querystring: workflowsQueryJsonSchema,
  response: {
    200: record({
      from: text,
      to: text,
      success: { type: 'array', items: text },
      workflows: {
        type: 'array',
        description: 'Most runs first; 1,000 at most.',
        items: record({
          workflow: { type: ['string', 'null'], description: 'Null where it is not told.' },
          runs: count('Runs that started in the window.'),
          succeeded: count('Their outcome is one of `success`.'),
          failed: count('Another outcome, or none and the run failed or was stopped.'),
          unknown: count('Neither an outcome nor a failure.'),
          p95Ms: maybe('Milliseconds of the root span, 95 of 100 below.'),
          costUsd: maybe('USD of all its runs, failed ones too; null when nothing has a price.'),
          costPerSuccessUsd: {
            ...record({
              low: maybe('If every unknown run was a success.'),
              high: maybe('If none was; null without a success.'),
            }),
            description: 'USD: the money of all runs over the successful ones.',
          },
        }),
      },
    }),
  },
}
