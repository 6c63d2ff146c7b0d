import { findingsOf } from '../../connect/finding.ts';

export const { well, amiss } = findingsOf('slack');
