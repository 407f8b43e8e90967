import { expect, it } from 'vitest'
import { joinDeclarations } from './join-declarations.ts'

it('joins what no door stands in front of: one name each, comments and properties as they are', () => {
  const joined = joinDeclarations(
    new Map([
      [
        'index',
        `import type { Asked } from './a.js';\nexport { ask, type Asked as Question } from './a.js';\nexport declare const all: readonly Asked[];\nexport declare const b: import("./deep/b.js").Asked;\n`,
      ],
      [
        'a',
        `import type { Span } from 'elsewhere';\n/** Asked once. */\nexport interface Asked {\n  Asked: Span;\n}\nexport declare function ask(asked: Asked): void;\n`,
      ],
      [
        'deep/b',
        `import type { Asked as Other } from '../a.js';\nexport interface Asked extends Other {\n  readonly span: Span;\n}\ninterface Span {\n  readonly id: string;\n}\n`,
      ],
    ]),
    ['index'],
    'shared/types',
  )
  expect(joined.get('shared/types')).toBe(`import type { Span } from 'elsewhere';
/** Asked once. */
export interface Asked {
  Asked: Span;
}
export declare function ask(asked: Asked): void;
export interface Asked2 extends Asked {
  readonly span: Span2;
}
interface Span2 {
  readonly id: string;
}
export {};
`)
  expect(joined.get('index')).toBe(`import type { Asked } from './shared/types.js';
export { ask, Asked as Question } from './shared/types.js';
export declare const all: readonly Asked[];
export declare const b: import("./shared/types.js").Asked2;
export {};
`)
  expect([...joined.keys()].toSorted()).toEqual(['index', 'shared/types'])
})
