/** A template of a click about something else: every name (letters, digits and `-`) is replaced wherever it stands alone. */
export function renamedText(template: string, names: Readonly<Record<string, string>>): string {
  const pattern = new RegExp(`\\b(?:${Object.keys(names).join('|')})\\b`, 'g');
  return template.replace(pattern, (name) => names[name] ?? name);
}
