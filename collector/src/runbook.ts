/** Where a runbook is read: one of ours is a path that the collector serves, anything else stands as it is. */
export const absolute = (runbook: string, publicUrl: string): string =>
  runbook.startsWith('/') ? `${publicUrl.replace(/\/$/, '')}${runbook}` : runbook
