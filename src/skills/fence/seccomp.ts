/**
 * The system call filter of the fence, as a classic BPF program for `bwrap --seccomp` (seccomp(2), filter mode). It is
 * a second wall behind the namespaces: no new user namespaces (they would give back powers such as mounting a memory
 * file system that no limit sees), no kernel key rings, no io_uring, no BPF, and only the ordinary socket families
 * (a network namespace does not hold AF_VSOCK, which reaches the host of a virtual machine).
 */
export function seccompProgram(arch: string = process.arch): Buffer | null {
  const machine = MACHINES[arch];
  if (!machine) return null;
  const { calls } = machine;
  const program: Instruction[] = [
    load(ARCH_AT),
    [JEQ, 1, 0, machine.audit],
    fail(EPERM),
    load(NUMBER_AT),
    // The x32 numbers are the same calls by other names.
    ...(arch === 'x64' ? [[JGE, 0, 1, 0x40000000] as const, fail(ENOSYS)] : []),
  ];
  for (const call of [...calls.refused, ...REFUSED_EVERYWHERE]) program.push([JEQ, 0, 1, call], fail(EPERM));
  // Its flags lie behind a pointer that a filter cannot follow; without it the C library falls back to clone.
  program.push([JEQ, 0, 1, CLONE3], fail(ENOSYS));
  for (const call of [calls.clone, calls.unshare]) {
    program.push([JEQ, 0, 4, call], load(FIRST_ARGUMENT_AT), [JSET, 0, 1, CLONE_NEWUSER], fail(EPERM), ALLOW);
  }
  const families = SOCKET_FAMILIES.map((family, i): Instruction => [JEQ, SOCKET_FAMILIES.length - i, 0, family]);
  program.push([JEQ, 0, families.length + 3, calls.socket], load(FIRST_ARGUMENT_AT), ...families);
  program.push(fail(EAFNOSUPPORT), ALLOW, ALLOW);
  return encode(program);
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const LD_WORD = 0x20;
const JEQ = 0x15;
const JGE = 0x35;
const JSET = 0x45;
const RETURN = 0x06;
const NUMBER_AT = 0;
const ARCH_AT = 4;
const FIRST_ARGUMENT_AT = 16;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const CLONE_NEWUSER = 0x10000000;
const CLONE3 = 435;
const ALLOW: Instruction = [RETURN, 0, 0, 0x7fff0000];
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (asking for the own addresses). */
const SOCKET_FAMILIES = [1, 2, 10, 16];
/** io_uring (3), the mount calls that share one number on all machines, mount_setattr. */
const REFUSED_EVERYWHERE = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];

interface Machine {
  audit: number;
  calls: { clone: number; unshare: number; socket: number; refused: number[] };
}

// In this order: mount, umount2, pivot_root, setns, bpf, perf_event_open, userfaultfd, add_key, request_key, keyctl,
// kexec_load, init_module, finit_module, delete_module, open_by_handle_at.
const MACHINES: Record<string, Machine> = {
  x64: {
    audit: 0xc000003e,
    calls: {
      clone: 56,
      unshare: 272,
      socket: 41,
      refused: [165, 166, 155, 308, 321, 298, 323, 248, 249, 250, 246, 175, 313, 176, 304],
    },
  },
  arm64: {
    audit: 0xc00000b7,
    calls: {
      clone: 220,
      unshare: 97,
      socket: 198,
      refused: [40, 39, 41, 268, 280, 241, 282, 217, 218, 219, 104, 105, 273, 106, 265],
    },
  },
};

const load = (at: number): Instruction => [LD_WORD, 0, 0, at];
const fail = (errno: number): Instruction => [RETURN, 0, 0, 0x00050000 | errno];

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], i) => {
    bytes.writeUInt16LE(code, i * 8);
    bytes.writeUInt8(ifTrue, i * 8 + 2);
    bytes.writeUInt8(ifFalse, i * 8 + 3);
    bytes.writeUInt32LE(value, i * 8 + 4);
  });
  return bytes;
}
