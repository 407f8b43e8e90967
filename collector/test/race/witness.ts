/**
 * Keeps its own books of what was granted, from outside: it believes no balance, only answers. For every account it knows
 * two bounds at every moment: what must be held or spent by now (`certain`: granted and answered, its end not yet sent),
 * and what can be (`possible`: asked and not yet refused, its end not yet answered). A grant that lifts `certain` above
 * the limit is an overspend, whatever the ledger says. A refusal that claims more use than was `possible`, or less than
 * was `certain`, or that would have fitted by its own numbers, is a false one.
 */
export interface Witness {
  /** A call is about to be asked for. The same ID again is the same call. */
  asked(id: string, amount: number, accounts: readonly string[]): void
  granted(id: string, amount: number): void
  /** With what the refusal said about one account; null where the reason is not a balance. */
  refused(id: string, said: Said | null): void
  /** Its end is about to be sent: settled for so much (released: 0). */
  ending(id: string, actual: number): void
  ended(id: string): void
  /** Where everything was answered: what each account must show as spent and held. */
  books(): ReadonlyMap<string, { readonly spent: number; readonly held: number }>
  readonly found: readonly string[]
}

export interface Said {
  readonly account: string
  readonly limit: number
  readonly used: number
}

interface Books {
  limit: number
  certain: number
  possible: number
  /** Bounds of the use by others, over the time that each open question takes. */
  readonly open: Map<string, { least: number; most: number }>
}

interface Seen {
  readonly amount: number
  readonly accounts: readonly string[]
  state: 'asked' | 'granted' | 'refused' | 'ending' | 'ended'
  actual: number
}

/** `limitOf`: the limit of an account, in nano-dollars. */
export function createWitness(limitOf: (account: string) => number): Witness {
  const calls = new Map<string, Seen>()
  const accounts = new Map<string, Books>()
  const found: string[] = []

  function booksOf(name: string): Books {
    let books = accounts.get(name)
    if (books === undefined) {
      books = { limit: limitOf(name), certain: 0, possible: 0, open: new Map() }
      accounts.set(name, books)
    }
    return books
  }

  function move(call: Seen, certain: number, possible: number): void {
    for (const name of call.accounts) {
      const books = booksOf(name)
      books.certain += certain
      books.possible += possible
      if (books.certain > books.limit) {
        found.push(`${name}: ${books.certain - books.limit} nano-dollars above ${books.limit}`)
      }
      for (const bounds of books.open.values()) {
        bounds.least = Math.min(bounds.least, books.certain)
        bounds.most = Math.max(bounds.most, books.possible)
      }
    }
  }

  const callOf = (id: string): Seen => calls.get(id)!

  return {
    found,
    asked(id, amount, names) {
      if (calls.has(id)) return
      const call: Seen = { amount, accounts: names, state: 'asked', actual: 0 }
      calls.set(id, call)
      move(call, 0, amount)
      for (const name of names) {
        const books = booksOf(name)
        books.open.set(id, { least: books.certain, most: books.possible })
      }
    },
    granted(id, amount) {
      const call = callOf(id)
      if (call.state === 'refused') found.push(`${id} was refused and is granted now`)
      if (call.state !== 'asked') return
      if (amount !== call.amount) found.push(`${id} asked for ${call.amount} and holds ${amount}`)
      call.state = 'granted'
      for (const name of call.accounts) booksOf(name).open.delete(id)
      move(call, call.amount, 0)
    },
    refused(id, said) {
      const call = callOf(id)
      if (call.state === 'granted') found.push(`${id} was granted and is refused now`)
      if (call.state !== 'asked') return
      call.state = 'refused'
      if (said !== null) {
        const bounds = booksOf(said.account).open.get(id)
        if (bounds === undefined) found.push(`${id}: refused by ${said.account}, on which it does not stand`)
        else if (said.used + call.amount <= said.limit) found.push(`${id}: refused by ${said.account} where it fits`)
        else if (said.used > bounds.most - call.amount || said.used < bounds.least) {
          found.push(
            `${id}: ${said.account} claims ${said.used}, it is ${bounds.least} to ${bounds.most - call.amount}`,
          )
        }
      }
      for (const name of call.accounts) booksOf(name).open.delete(id)
      move(call, 0, -call.amount)
    },
    ending(id, actual) {
      const call = callOf(id)
      if (call.state !== 'granted') return
      call.state = 'ending'
      call.actual = actual
      move(call, actual - call.amount, 0)
    },
    ended(id) {
      const call = callOf(id)
      if (call.state !== 'ending') return
      call.state = 'ended'
      move(call, 0, call.actual - call.amount)
    },
    books() {
      const all = new Map<string, { spent: number; held: number }>()
      for (const call of calls.values()) {
        for (const name of call.accounts) {
          const sum = all.get(name) ?? { spent: 0, held: 0 }
          if (call.state === 'ended') sum.spent += call.actual
          else if (call.state === 'granted') sum.held += call.amount
          else if (call.state !== 'refused') throw new Error(`a call is still ${call.state}`)
          all.set(name, sum)
        }
      }
      return all
    },
  }
}
