/**
 * The circles in a directed graph, each once, as the names along it (`['a', 'b', 'a']`): one for every group of nodes
 * that reach each other.
 */
export function findCircles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  for (const start of edges.keys()) walk(edges, start, done, circles);
  return circles;
}

// By hand instead of by recursion: a chain of ten thousand workflows must not overflow the stack.
function walk(
  edges: ReadonlyMap<string, readonly string[]>,
  start: string,
  done: Set<string>,
  circles: string[][],
): void {
  if (done.has(start)) return;
  const path: { node: string; next: number }[] = [{ node: start, next: 0 }];
  const open = new Map<string, number>([[start, 0]]);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const target = (edges.get(top.node) ?? [])[top.next++];
    if (target === undefined) {
      done.add(top.node);
      open.delete(top.node);
      path.pop();
      continue;
    }
    const since = open.get(target);
    if (since !== undefined) circles.push([...path.slice(since).map(({ node }) => node), target]);
    else if (!done.has(target) && edges.has(target)) {
      open.set(target, path.length);
      path.push({ node: target, next: 0 });
    }
  }
}
