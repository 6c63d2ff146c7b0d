/** A payload as it came: verified to be the platform's, and nothing more. */
export type Payload = Record<string, unknown>;

export const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a key of something that may be no object at all. */
export const fieldOf = (value: unknown, key: string): unknown =>
  isPayload(value) && Object.hasOwn(value, key) ? value[key] : undefined;
