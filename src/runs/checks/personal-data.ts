import validator from 'validator';
import { INTERNATIONAL, isInternational, isLabelled, LABELLED, NORTH_AMERICAN } from './phone.ts';

/** A kind of personal data: where it may stand, and whether what stands there really is it. */
export interface PersonalData {
  kind: string;
  shape: RegExp;
  is(text: string, group: string | null): boolean;
}

// `logo@2x.png` and the like are no addresses.
const NOT_A_DOMAIN = /\.(?:png|jpe?g|gif|svg|webp|css|js|mjs|ts|md|pdf|html?)$/i;

const isIban = (candidate: string): boolean => {
  const compact = candidate.replaceAll(' ', '');
  // The shape may take a following word in capitals along; a country's IBANs have one length only.
  for (let length = compact.length; length >= 15; length -= 1) {
    if (validator.isIBAN(compact.slice(0, length))) return true;
  }
  return false;
};

/**
 * What `no_pii` looks for. Each kind has a form or checksum of its own, so that years, sums, shares and ids of plain
 * statistics pass; names and postal addresses cannot be told by form and are not looked for.
 *
 * Payment cards: 14 to 19 digits with a known issuer's prefix and a right Luhn digit, written in one or in the issuer's
 * groups. IBAN: known country, its length, right check digits. US social security numbers: `123-45-6789` in the ranges
 * that were ever issued.
 */
export const PERSONAL_DATA: readonly PersonalData[] = [
  {
    kind: 'an e-mail address',
    shape: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu,
    is: (text) => !NOT_A_DOMAIN.test(text),
  },
  { kind: 'a phone number', shape: INTERNATIONAL, is: (text) => isInternational(text) },
  { kind: 'a phone number', shape: NORTH_AMERICAN, is: () => true },
  { kind: 'a phone number', shape: LABELLED, is: (_text, number) => isLabelled(number ?? '') },
  {
    kind: 'an IBAN',
    shape: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    is: isIban,
  },
  {
    kind: 'a payment card number',
    shape:
      /(?<![\w.]|\d{4}[ -])(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}[ -]\d{6}[ -]\d{4,5})(?![\w]|\.\d|[ -]\d{4}\b)/g,
    is: (text) => validator.isCreditCard(text),
  },
  {
    kind: 'a US social security number',
    shape: /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
    is: () => true,
  },
];
