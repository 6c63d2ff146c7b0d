const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** `12 345 678`: how prose groups a large number, and rarely how people write a telephone number. */
const groupedAsNumber = (text: string): boolean => /^\+?\d{1,3}(?:[ .\u00a0\u202f]\d{3})+$/.test(text);

/** Years or dates in a row (`2025 2026`, `2026-11-23`) look like labelled numbers in tables. */
const yearsOnly = (text: string): boolean => /^(?:(?:19|20)\d\d[\s./-]*(?:\d\d[./-]\d\d)?[\s./-]*)+$/.test(text);

/** `+49 30 1234567`, `+1 (212) 555-0199`, `+493012345678`; not what a unit or a decimal part follows. */
export const INTERNATIONAL =
  /(?<![\w.+])\+[1-9]\d{0,2}[ ./-]?(?:\(\d{1,4}\)[ ./-]?)?\d{1,14}(?:[ ./-]\d{2,8}){0,6}(?!\d|\.\d|\s?(?:[%€$£]|percent\b|EUR\b|USD\b|GBP\b|CHF\b|JPY\b|million\b|billion\b|bn\b|[kMGT]?Wh?\b))/g;

export const isInternational = (text: string): boolean => {
  const digits = digitsOf(text);
  if (digits.length < 8 || digits.length > 15) return false;
  const separators = text.slice(1).replace(/\d/g, '');
  if (separators === '.') return false;
  if (separators === '' && digits.length < 10) return false;
  if (groupedAsNumber(text) && digits.length < 11) return false;
  return !digits.startsWith('1') || digits.length === 11;
};

/** `(212) 555-0199`, `212-555-0199`, `212.555.0199`: the North American plan's own shape, area and exchange from 2. */
export const NORTH_AMERICAN =
  /(?<![\w.+-]|\+1[ .-]?)(?:\([2-9]\d\d\) ?[2-9]\d\d-|[2-9]\d\d([.-])[2-9]\d\d\1)\d{4}(?![\w-]|\.\d)/g;

/** Other national forms count only behind a word that says what they are. */
export const LABELLED =
  /\b(?:tel|telefon|telephone|phone|mobile|mobil|cell|handy|fax|whatsapp)\b\.?[ \t]?(?:number|no|nr)?\.?[ \t]?["']?[ \t]?[:=]?[ \t]?["']?(\(?\d[\d ()./-]{5,20}\d)(?!\d|\.\d|,\d{3})/gi;

export const isLabelled = (number: string): boolean => {
  const digits = digitsOf(number);
  // Counted by its own shape already.
  if (/^(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}$/.test(number)) return false;
  if (digits.length < 7 || digits.length > 15 || yearsOnly(number)) return false;
  if (groupedAsNumber(number) && digits.length < 11) return false;
  return /\D/.test(number) || number.startsWith('0') || digits.length >= 10;
};
