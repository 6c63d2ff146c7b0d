export { discordAdapter } from './adapter.ts';
export { directChannel, placeOf } from './address.ts';
export { type Pictured, pictured } from './draw.ts';
export { LOOK_AGAIN_MS, lookAgain } from './look-again.ts';
export { handlePlaces } from './places.ts';
