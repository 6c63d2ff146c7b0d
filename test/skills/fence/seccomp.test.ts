import { describe, expect, test } from 'vitest';
import { seccompProgram } from '#src/skills/fence/seccomp.ts';

const ALLOW = 'allow';
const MACHINES = {
  x64: { audit: 0xc000003e, clone: 56, unshare: 272, socket: 41, mount: 165, read: 0, setns: 308 },
  arm64: { audit: 0xc00000b7, clone: 220, unshare: 97, socket: 198, mount: 40, read: 63, setns: 268 },
} as const;

/** What the kernel would answer: a reading of classic BPF, written for this test from its manual. */
function answer(program: Buffer, call: { audit: number; number: number; first?: number }): string {
  const data = new Map([
    [0, call.number],
    [4, call.audit],
    [16, call.first ?? 0],
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const value = program.readUInt32LE(at * 8 + 4);
    const jump = (isTrue: boolean) => program.readUInt8(at * 8 + (isTrue ? 2 : 3));
    if (code === 0x20) accumulator = data.get(value) ?? Number.NaN;
    else if (code === 0x15) at += jump(accumulator === value);
    else if (code === 0x35) at += jump(accumulator >= value);
    else if (code === 0x45) at += jump((accumulator & value) !== 0);
    else if (code === 0x06) return value === 0x7fff0000 ? ALLOW : `errno ${value & 0xffff}`;
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error('the program runs off its end');
}

describe.each(['x64', 'arm64'] as const)('the system call filter on %s', (arch) => {
  const machine = MACHINES[arch];
  const program = seccompProgram(arch) ?? Buffer.alloc(0);
  const ask = (number: number, first = 0) => answer(program, { audit: machine.audit, number, first });

  test('lets ordinary work through', () => {
    expect(ask(machine.read)).toBe(ALLOW);
    expect(ask(machine.clone, 17)).toBe(ALLOW);
    expect(ask(machine.unshare, 0x00000400)).toBe(ALLOW);
    for (const family of [1, 2, 10, 16]) expect(ask(machine.socket, family)).toBe(ALLOW);
  });

  test('refuses new user namespaces, mounts, other namespaces, and calls by another machine’s numbers', () => {
    expect(ask(machine.clone, 0x10000011)).toBe('errno 1');
    expect(ask(machine.unshare, 0x10000000)).toBe('errno 1');
    expect(ask(machine.unshare, 0x10020000)).toBe('errno 1');
    expect(ask(435)).toBe('errno 38');
    for (const call of [machine.mount, machine.setns, 425, 429, 442]) expect(ask(call)).toBe('errno 1');
    expect(answer(program, { audit: 0x40000003, number: machine.read })).toBe('errno 1');
    if (arch === 'x64') expect(ask(0x40000000 + machine.mount)).toBe('errno 38');
  });

  test('refuses the socket families that leave a network namespace or widen the kernel’s face', () => {
    for (const family of [0, 3, 17, 31, 38, 40, 44]) expect(ask(machine.socket, family)).toBe('errno 97');
  });
});

test('there is none for machines it does not know', () => {
  expect(seccompProgram('riscv64')).toBeNull();
});
