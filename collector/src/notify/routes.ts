/** From what the configuration says to routes that work. Secrets are read from their files, once. */
import { readFileSync } from 'node:fs'
import type { Alert } from '../alert.ts'
import type { RouteConfig } from '../alert-config.ts'
import { fillTemplate } from '../alert-template.ts'
import { OutriderError } from '../errors.ts'
import type { Channel } from './channel.ts'
import {
  createAlertmanager,
  createEmail,
  createLogChannel,
  createPagerduty,
  createSlack,
  createWebhook,
} from './channels.ts'
import type { Route } from './notifier.ts'

export interface RouteParts {
  readonly publicUrl: string
  readonly log: { warn(fields: object, text: string): void }
}

const MINUTE = 60_000

/** @throws OutriderError `OUT_CONFIG_INVALID` where a file of a secret cannot be read */
export const createRoutes = (configs: readonly RouteConfig[], parts: RouteParts): readonly Route[] =>
  configs.map((config) => ({
    name: config.name ?? config.type,
    channel: worded(channelOf(config, parts), config.template, parts.publicUrl),
    match: config.match,
    groupBy: config.groupBy,
    groupWaitMs: config.groupWaitMinutes * MINUTE,
    groupIntervalMs: config.groupIntervalMinutes * MINUTE,
    repeatMs: config.repeatMinutes * MINUTE,
    sendResolved: config.sendResolved,
  }))

/** A channel that says it in the operator's words. */
function worded(channel: Channel, template: string | undefined, publicUrl: string): Channel {
  if (template === undefined) return channel
  const said = (alert: Alert): Alert => ({ ...alert, text: fillTemplate(template, alert, publicUrl) })
  return { send: (notice) => channel.send({ ...notice, alerts: notice.alerts.map(said) }) }
}

function channelOf(config: RouteConfig, { publicUrl, log }: RouteParts): Channel {
  switch (config.type) {
    case 'webhook':
      return createWebhook(
        config.url,
        config.secretFile === undefined ? null : readSecret('alerts.notify', config.secretFile),
        config,
      )
    case 'slack':
      return createSlack(readSecret('alerts.notify', config.urlFile), publicUrl, config)
    case 'pagerduty':
      return createPagerduty(readSecret('alerts.notify', config.routingKeyFile), publicUrl, config, config.url)
    case 'alertmanager':
      return createAlertmanager(config.url, publicUrl, config)
    case 'email':
      return createEmail(readSecret('alerts.notify', config.smtpUrlFile), config.from, config.to, publicUrl)
    case 'log':
      return createLogChannel(log)
  }
}

/** @throws OutriderError `OUT_CONFIG_INVALID` where it cannot be read. `field`: which setting names it. */
export function readSecret(field: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new OutriderError('OUT_CONFIG_INVALID', `${field}: ${file} cannot be read (${code}).`, { cause })
  }
}
