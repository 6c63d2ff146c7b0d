import { isIP } from 'node:net';

/** Whether `host` is one of the listed names; `*.example.org` lists every name below example.org, not itself. */
export function hostListed(list: readonly string[], host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return list.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.')
      ? name.endsWith(listed.slice(1)) && name.length > listed.length - 1
      : name === listed;
  });
}

/**
 * Whether an address leads back to this host or to the link it hangs on (where clouds serve credentials). A listed name
 * that resolves to one is refused, or whoever owns the name could aim the skill at the product's own database.
 */
export function leadsHome(address: string): boolean {
  if (isIP(address) === 4) return /^(0|127)\.|^169\.254\./.test(address);
  const text = address.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (mapped) return leadsHome(mapped[1] ?? '');
  return (
    text === '::' || text === '::1' || /^fe[89ab]/.test(text) || text.startsWith('::ffff:') || text === 'fd00:ec2::254'
  );
}
