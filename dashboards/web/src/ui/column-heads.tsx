/** The heads of a table's columns; those of numbers stand over them, at the right. */
export function ColumnHeads({ columns }: { columns: readonly (readonly [name: string, kind?: 'num'])[] }) {
  return (
    <thead>
      <tr>
        {columns.map(([name, kind]) => (
          <th key={name} scope="col" className={kind}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}
