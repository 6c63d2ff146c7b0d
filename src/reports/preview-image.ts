import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { NoPreview, PicturePreview } from './preview.ts';

/** A larger one is downloaded: a page of several would take a phone's memory. */
export const LARGEST_PICTURE = 10_000_000;
const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 20_000;
/** Parts of a file that a walk through it looks at; a picture has some dozens, a large one hundreds. */
const MOST_PARTS = 20_000;

interface Size {
  width: number;
  height: number;
}
type Measure = (bytes: Buffer) => Size | null;

const KINDS: { type: PicturePreview['type']; name: string; starts(start: Buffer): boolean; measure: Measure }[] = [
  { type: 'image/png', name: 'PNG', starts: (at) => at.subarray(0, 8).equals(PNG_SIGN), measure: pngSize },
  { type: 'image/jpeg', name: 'JPEG', starts: (at) => at.readUIntBE(0, 3) === 0xffd8ff, measure: jpegSize },
  { type: 'image/gif', name: 'GIF', starts: (at) => /^GIF8[79]a/.test(at.toString('latin1', 0, 6)), measure: gifSize },
  { type: 'image/webp', name: 'WebP', starts: isWebp, measure: webpSize },
];
const PNG_SIGN = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The picture that begins with these bytes, measured; a sentence where it is damaged or too large to be drawn; undefined
 * where it is no PNG, JPEG, GIF or WebP. Reads the whole file, where that is at most 10 MB.
 */
export async function pictureOf(
  handle: FileHandle,
  start: Buffer,
  bytes: number,
): Promise<PicturePreview | NoPreview | undefined> {
  const kind = start.length < 16 ? undefined : KINDS.find(({ starts }) => starts(start));
  if (!kind) return undefined;
  if (bytes > LARGEST_PICTURE)
    return { kind: 'none', why: 'No preview: this picture is over 10 MB. Download it to look.' };
  const whole = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(whole, 0, bytes, 0);
  const size = sizeIn(whole.subarray(0, bytesRead), kind.measure);
  if (!size) return { kind: 'none', why: `This ${kind.name} picture is damaged, so it cannot be shown.` };
  if (size.width * size.height > MOST_PIXELS || Math.max(size.width, size.height) > LONGEST_SIDE) {
    const measured = `${size.width.toLocaleString('en-GB')} × ${size.height.toLocaleString('en-GB')}`;
    return { kind: 'none', why: `No preview: this picture has ${measured} pixels, too many to draw here.` };
  }
  return { kind: 'picture', type: kind.type, ...size };
}

/** Reading over the end of a file that stops too early is a RangeError. */
function sizeIn(bytes: Buffer, measure: Measure): Size | null {
  try {
    const size = measure(bytes);
    return size && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Chunk by chunk to the end, each with its checksum. */
function pngSize(bytes: Buffer): Size | null {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  for (let at = 8, part = 0; ; part += 1) {
    if (part > MOST_PARTS) return null;
    const length = bytes.readUInt32BE(at);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length)) return null;
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') break;
    at += length + 12;
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segment by segment to the frame; the end of the picture must be there too. */
function jpegSize(bytes: Buffer): Size | null {
  if (!bytes.includes(Buffer.from([0xff, 0xd9]), bytes.length - 4096)) return null;
  for (let at = 2, part = 0; at < bytes.length && part < MOST_PARTS; part += 1) {
    if (bytes.readUInt8(at) !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** Its last byte that is not padding is the trailer. */
function gifSize(bytes: Buffer): Size | null {
  let end = bytes.length - 1;
  while (end > 12 && bytes[end] === 0) end -= 1;
  return bytes[end] === 0x3b ? { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) } : null;
}

function isWebp(start: Buffer): boolean {
  return start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'WEBP';
}

function webpSize(bytes: Buffer): Size | null {
  if (bytes.readUInt32LE(4) + 8 > bytes.length) return null;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}
