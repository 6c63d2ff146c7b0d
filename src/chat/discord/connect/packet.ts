import { GatewayOpcodes } from 'discord.js';
import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';

/** What the library goes by without asking whether it is there. */
export interface Packet extends Payload {
  op: number;
}

/**
 * What came on a gateway's socket as the library can take it, or null where it would fail on it: it reads fields of what
 * is missing, and such an error ends the process.
 */
export function readPacket(value: unknown): Packet | null {
  if (!isPayload(value) || typeof value.op !== 'number') return null;
  const packet: Packet = { ...value, op: value.op };
  switch (packet.op) {
    case GatewayOpcodes.Dispatch:
      return isDispatch(packet) ? packet : null;
    case GatewayOpcodes.Hello:
      return isInterval(fieldOf(packet.d, 'heartbeat_interval')) ? packet : null;
    case GatewayOpcodes.InvalidSession:
      return { ...packet, d: packet.d === true };
    default:
      return packet;
  }
}

const isDispatch = ({ t, s, d }: Packet): boolean =>
  typeof t === 'string' && typeof s === 'number' && isPayload(d) && (t !== 'READY' || isReady(d));

function isReady(d: Payload): boolean {
  const { session_id, resume_gateway_url, guilds } = d;
  return (
    typeof session_id === 'string' &&
    typeof resume_gateway_url === 'string' &&
    URL.canParse(resume_gateway_url) &&
    Array.isArray(guilds) &&
    guilds.every((guild) => typeof fieldOf(guild, 'id') === 'string')
  );
}

/** Longer ones a timer would take for none at all. */
const isInterval = (ms: unknown): boolean => typeof ms === 'number' && ms > 0 && ms < 2 ** 31;
