/** A table in plain text: the first column to the left, the others to the right, columns two spaces apart. */
export function textTable(header: string[], rows: string[][]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell + pad(cell, widths[column]) : pad(cell, widths[column]) + cell))
      .join('  ')
      .trimEnd(),
  );
}

const pad = (cell: string, width = 0): string => ' '.repeat(Math.max(0, width - [...cell].length));
