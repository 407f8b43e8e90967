/**
 * Makes `kubernetes.json` from the official OpenAPI documents: the kinds that deploy/ writes and what they refer to, closed
 * against misspelt fields as `kubectl --validate=strict` is, without descriptions.
 *
 *   node .config/kubernetes-schema.ts swagger.json servicemonitor-crd.yaml > deploy/schemas/kubernetes.json
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

type Json = Record<string, unknown>

const KINDS = [
  'apps.v1.StatefulSet',
  'core.v1.Service',
  'core.v1.ConfigMap',
  'core.v1.ServiceAccount',
  'networking.v1.NetworkPolicy',
  'policy.v1.PodDisruptionBudget',
]
const PREFIX = 'io.k8s.api.'
/** Written as a text or a number. */
const EITHER = new Set([
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  'io.k8s.apimachinery.pkg.api.resource.Quantity',
])

const [swagger, crd] = process.argv.slice(2)
const { definitions } = JSON.parse(readFileSync(swagger!, 'utf8')) as { definitions: Record<string, Json> }
const kept: Record<string, unknown> = {}

function keep(name: string): void {
  if (name in kept) return
  kept[name] = {}
  kept[name] = EITHER.has(name) ? { type: ['string', 'number'] } : closed(definitions[name]!)
}

/** The same schema that knows no other field, and its references. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const { description: _words, $ref, format, ...rest } = schema as Json & { $ref?: string; format?: string }
  if (typeof $ref === 'string') {
    keep($ref.slice('#/definitions/'.length))
    return { $ref }
  }
  const from = rest as Json
  if (format === 'int-or-string' || from['x-kubernetes-int-or-string'] === true) return { type: ['string', 'number'] }
  const next: Json = {}
  for (const [key, value] of Object.entries(from)) {
    if (key.startsWith('x-kubernetes-') || key === 'default') continue
    next[key] =
      key === 'properties' ? mapped(value as Json) : key === 'required' || key === 'enum' ? value : closed(value)
  }
  if (next.type === 'object' && next.properties !== undefined) next.additionalProperties = false
  return next
}

const mapped = (fields: Json) => Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, closed(one)]))

const kinds: Record<string, unknown> = {}
for (const kind of KINDS) {
  keep(PREFIX + kind)
  const [group, version, name] = kind.split('.') as [string, string, string]
  const of = definitions[PREFIX + kind]!['x-kubernetes-group-version-kind'] as { group: string }[]
  const api = of[0]!.group === '' ? version : `${of[0]!.group}/${version}`
  kinds[`${api} ${name}`] = { $ref: `#/definitions/${PREFIX}${group}.${version}.${name}` }
}
const monitor = parse(readFileSync(crd!, 'utf8')) as { spec: { versions: { schema: { openAPIV3Schema: Json } }[] } }
const { properties } = monitor.spec.versions[0]!.schema.openAPIV3Schema as { properties: Json }
keep('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')
const meta = { metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' } }
kinds['monitoring.coreos.com/v1 ServiceMonitor'] = {
  ...(closed({ type: 'object', properties: { ...properties, metadata: {} }, required: ['spec'] }) as Json),
}
Object.assign((kinds['monitoring.coreos.com/v1 ServiceMonitor'] as { properties: Json }).properties, meta)
process.stdout.write(`${JSON.stringify({ kinds, definitions: kept })}\n`)
