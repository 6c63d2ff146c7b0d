/** Endings of names whose files are read as tables. */
export type TableEnding = 'csv' | 'tsv';

/** The ending of a table's name, or null where the name is none of a table. */
export function tableEnding(path: string): TableEnding | null {
  const ending = /\.(csv|tsv)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === 'csv' || ending === 'tsv' ? ending : null;
}

/**
 * What stands between the cells: of a .tsv a tab, of a .csv a comma, or a semicolon where the first line has one and no
 * comma, as spreadsheets of many countries write.
 */
export function delimiterOf(text: string, ending: TableEnding): string {
  if (ending === 'tsv') return '\t';
  const first = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'));
  return !first.includes(',') && first.includes(';') ? ';' : ',';
}
