import { freshUser } from './fresh-user.ts';

/** Whether one layer of the fence holds on this host, and if not, why, in a sentence for `doctor` and `status`. */
export interface Layer {
  holds: boolean;
  why: string | null;
}

/** What `probeFence` found by running real commands. */
export interface FenceReport {
  /**
   * The strongest layer: own view of the files, no network, own processes. `own-user`: besides, a user that owns
   * nothing else on the host (needs root); `user-namespace`: such a user only inside.
   */
  bubblewrap: Layer & { how: 'own-user' | 'user-namespace' | null };
  /** Bubblewrap, with outbound connections to the named hosts only. */
  network: Layer;
  /** Node's permission model, for skills whose `run` begins with node. */
  nodePermissions: Layer;
  /** A user that is neither root's nor PostgreSQL's, without bubblewrap; `fresh`: a different one for each attempt. */
  ownUser: Layer & { fresh: boolean };
  /** Absolute paths of the programs the layers are made of. */
  tools: { bwrap: string | null; setpriv: string | null; socat: string | null };
  /** The command that would make more layers hold, or null. */
  install: string | null;
}

/** What one attempt runs with. */
export interface Layers {
  bubblewrap: 'own-user' | 'user-namespace' | null;
  network: 'none' | 'by-name' | 'open';
  nodePermissions: boolean;
  /** The numeric user and group it runs as; null is the product's own. */
  user: number | null;
  /** Whether nobody else runs as that user, so that everything of it may be killed. */
  userIsFresh: boolean;
  /** For status and manifest: `bubblewrap, own user`. */
  words: string;
}

export interface Wanted {
  /** Host names of `access.network`. */
  network: string[];
  /** `run` begins with our Node. */
  isNode: boolean;
  sandbox: 'required' | 'optional';
}

/** Neither root's nor PostgreSQL's (65534); owns nothing on any host. */
export const FENCED_USER = 65533;

/** The layers for one attempt, or the sentence of a refusal when the team requires what this host cannot do. */
export function chooseLayers(report: FenceReport, wanted: Wanted): Layers | { refused: string } {
  const listed = wanted.network.length > 0;
  if (wanted.sandbox === 'required') {
    const missing = !report.bubblewrap.holds
      ? report.bubblewrap
      : listed && !report.network.holds
        ? report.network
        : null;
    // Installing the one does not help where the other is refused by the kernel.
    const lacking = missing === report.bubblewrap ? 'bubblewrap' : 'socat';
    if (missing) return { refused: refusal(missing, report.install?.includes(lacking) ? report.install : null) };
  }
  const fresh = report.ownUser.holds && report.ownUser.fresh;
  if (report.bubblewrap.how) {
    const network = !listed ? 'none' : report.network.holds ? 'by-name' : 'open';
    // The kernel counts processes per user: with one for all, a skill could take its neighbours' share.
    const own = report.bubblewrap.how === 'own-user';
    const user = own && fresh ? freshUser() : null;
    return layers({
      bubblewrap: report.bubblewrap.how,
      network,
      nodePermissions: false,
      user: user ?? (own ? FENCED_USER : null),
      userIsFresh: user !== null,
    });
  }
  const user = fresh ? freshUser() : report.ownUser.holds ? FENCED_USER : null;
  if (fresh && user === null)
    return { refused: 'This worker already runs as many skills side by side as it can fence.' };
  return layers({
    bubblewrap: null,
    network: 'open',
    nodePermissions: wanted.isNode && report.nodePermissions.holds,
    user,
    userIsFresh: fresh,
  });
}

function refusal(layer: Layer, install: string | null): string {
  const todo = install ? `Install what is missing (${install}) and restart` : 'Run the worker on a host that allows it';
  return (
    `This host cannot fence the skill: ${layer.why ?? 'the fence does not hold'} ` +
    `${todo}, or write "sandbox: optional" in cowork.yaml to run it with a weaker fence.`
  );
}

function layers(chosen: Omit<Layers, 'words'>): Layers {
  const words = [
    chosen.bubblewrap ? 'bubblewrap' : null,
    chosen.bubblewrap === 'user-namespace' ? 'user namespace' : null,
    chosen.nodePermissions ? 'node permissions' : null,
    chosen.user !== null ? 'own user' : null,
    chosen.network === 'by-name' ? 'network by host name' : null,
    chosen.bubblewrap && chosen.network === 'open' ? 'network open' : null,
  ].filter((word) => word !== null);
  return { ...chosen, words: words.length > 0 ? words.join(', ') : 'none but limits' };
}
