/** A table in plain text: columns two spaces apart, each to its side. */
export function textTable(columns: readonly { label: string; align: 'left' | 'right' }[], rows: string[][]): string[] {
  const all = [columns.map(({ label }) => label), ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  return all.map((row) =>
    columns
      .map(({ align }, column) => {
        const cell = row[column] ?? '';
        const pad = ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length));
        return align === 'left' ? cell + pad : pad + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}
