import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

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
  const family = isIP(address);
  if (family === 0 || HOME.check(address, family === 4 ? 'ipv4' : 'ipv6')) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}

const HOME = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
] as const) {
  HOME.addSubnet(net, prefix, 'ipv4');
  // The same address in the disguise that goes through NAT64; of `::ffff:` BlockList knows by itself.
  HOME.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6');
}
HOME.addSubnet('::', 127, 'ipv6');
HOME.addSubnet('fe80::', 10, 'ipv6');
HOME.addAddress('fd00:ec2::254', 'ipv6');
