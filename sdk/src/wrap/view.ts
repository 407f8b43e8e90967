/**
 * A view of a client: the client in every respect, but for what is changed in it. The client itself stays as it is, and
 * can be used beside its view.
 */
const WRAPPED = Symbol.for('outrider.wrapped.v1')

/** True for a view, also one of another copy of this package. */
export const isView = (value: object): boolean => Reflect.get(value, WRAPPED) === true

/** In place of a property: that there is none. */
export const NONE = Symbol('none')

export interface ViewSettings {
  /** What stands in place of a property, perhaps `NONE`; undefined: the property itself. */
  readonly instead: (key: PropertyKey) => unknown
  /** Methods of a client touch its private fields, which a view has not: they run on the client itself. */
  readonly bound: boolean
}

export function viewOf<T extends object>(target: T, { instead, bound }: ViewSettings): T {
  const methods = new Map<unknown, unknown>()
  return new Proxy(target, {
    get(_, key) {
      if (key === WRAPPED) return true
      const value = Reflect.get(target, key, target)
      const own = Reflect.getOwnPropertyDescriptor(target, key)
      // what can never change must be told as it is
      if (own?.configurable === false && own.writable === false) return value
      const other = instead(key)
      if (other !== undefined) return other === NONE ? undefined : other
      if (!bound || typeof value !== 'function' || key === 'constructor') return value
      const known = methods.get(value)
      if (known !== undefined) return known
      const method = value.bind(target)
      methods.set(value, method)
      return method
    },
    set: (_, key, value) => Reflect.set(target, key, value, target),
  })
}
