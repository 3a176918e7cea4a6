import type { OpusFrame } from '../port.ts';

/**
 * One second of 440 Hz at a quarter of full scale as Opus, which joins itself without a click: the tone of a
 * source that has no encoder. Made from a 3 s WAV with `opusenc --bitrate 16 --hard-cbr --framesize 20 --music`
 * (opus-tools 0.2): packets 50 to 99, 40 bytes each.
 */
export function toneFrames(): OpusFrame[] {
  const bytes = Uint8Array.from(atob(TONE.join('')), (letter) => letter.codePointAt(0) ?? 0);
  return Array.from({ length: bytes.length / FRAME_BYTES }, (_, index) => ({ payload: bytes.slice(index * FRAME_BYTES, (index + 1) * FRAME_BYTES), samples: 960 }));
}

const FRAME_BYTES = 40;
const TONE = [
  'mK20KOlH8cX22ZInGLrkFHplVzVfvC1yIlWpInOdGV+WT1mjzIcJrpisqhA9P8I3KDdcQ1HLjZ2AKVBxTKUY7OmedW5DBjBi4QyGauNu6a6YrWYCn7qhVBri3oFmBMPTQ1dq62YrnPbP',
  'DMte4GIRw1EZhx/DoOGumK2Addtf9YI6g1cLwGTscSdPyNDMRu41+NwCs80ZCDOYbZ6FRgsdrpisqf1MYhiOyp1KC5/0OfdqDa8UlLPbMEcbIBEfXjEx9MAP2xIx466YrbQo6UfxxfbZ',
  'kicYuuQUemVXNbm8LXIiVakic50ZX5ZPWaPchwmumKyqED0/wjcoN1xDUcuNnXRuOHFqpTqs6Z51bkMGMGLhDIZq427prpitZgKfuqFUGuLegWYEw9NDV2rrZiuc9s8My17gYhHDURmH',
  'H8Og4a6YrW1M9OAWxEpMJTKVfjfavm8DuKbu41+NwJ7PNGQgzlByOLKjBe+umKyp/UxiGI7KnUoLn/Q592vbLxSVs9swRxsgER9eMTH0wA/aEjHjrpittCjpR/HF9tmSJxi65BR6ZVc1',
  'ubwtciJVqSJznRlflk9Zo8yHCa6YrKoQPT/CNyg3XENRy42dgIZucWMpGOzpnnVuQwYwYuEMhmrjbumumK1mAp+6oVQa4t6BZgTD00NXautmK5z2zwzLXuBiEcNRGYcfw6DhrpitgHXb',
  'X/WCOoNXC8Bk7HEnT+h7bEbuQ3DcArPNGQgzmG2ehUYLHa6YrKn9TGIYjsqdSguf9Dn3ag2vFJSz2zBHGyARH14xMfTAD9sSMeOumK20KOlH8cX22ZInGLrkFHplVzVfvC1yIlWpInOd',
  'GV+WT1mjzIcJrpisqhA9P8I3KDdcQ1HLjZ10bjhxaqU6rOmedW5DBjBi4QyGauNu6a6YrWYCn7qhVBri3oFmBMPTQ1dq62YrnPbPDMte4GIRw1EZhx/DoOGumK1tTPTgFsRKTCUylX43',
  '2r5vA7im7uNfjcCezzRkIM5QcjiyowXvrpisqf1MYhiOyp1KC5/0Ofdr2y8UlbPbMEcbIBEfXjEx9MAP2xIx466YrbQo6UfxxfbZkicYuuQUemVXNbm8LXIiVakic50ZX5ZPWaPMhwmu',
  'mKyqED0/wjcoN1xDUcuNnYApUHFMpRjs6Z51bkMGMGLhDIZq827prpitZgKfuqFUGuLegWYEw9NDV2rrZiuc9s8My17gYhHDURmHH8Og4a6YrYB121/1gjqDVwvAZOxxJ0/oe2xG7jX4',
  '3AKzzRkIM5htnoVGCx2umKyp/UxiGI7KnUoLn/Q592vbLxSVs9swRxsgER9eMTH0wA/bEjHjrpittCjpR/HF9tmSJxi65BR6ZVc1X7wtciJVqSJznRlflk9Zo8yHCa6YrKoQPT/CNyg3',
  'XENRy42dgClQcUylGOzpnnVuQwYwYuEMhmrzbumumK1mAp+6oVQa4t6BZgTD00Hv6ut/65z2zwzLXuBiEcNRGYcfw6DhrpitbUz04BbESkwlMpV+N9mwPwe2xG7kNw3Ans80ZCDOUHI4',
  'sqMF766YrKn9TGIYjsqdSguf9Dn3ag2vFJSz2zBHGyARH14xMfTAD9oSMeOumK20KOlH8cX22ZInGLrkFHplVzVfvC1yIlWpInOdGV+WT1mjzIcJrpisqhA9P8I3KDdcQ1HLjZ10bjhx',
  'aqU6rOmedW5DBjBi4QyGauNu6a6YrWYCn7qhVBri3oFmBMPTQe/q63/rnPbPDMte4GIRw1EZhx/DoOGumK2Addtf9YI6g1cLwGTscSdPyNDMRu5DcNwCs80ZCDOYbZ6FRgsdrpisqf1M',
  'YhiOyp1KC5/0OfdqDa8UlLPbMEcbIBEfXjEx9MAP2xIx466YrbQo6UfxxfbZkicYuuQUemVXNbm8LXIiVakic50ZX5ZPWaPMhwmumKyqED0/wjcoN1xDUcuNnYCGbnFjKRjs6Z51bkMG',
  'MGLhDIZq427prpitZgKfuqFUGuLegWYEw9NB7+rrf+uc9s8My17gYhHDURmHH8Og4a6YrW1M9OAWxEpMJTKVgZFBsD8HtsRu41/s6J7PNGQgzlByOLKjBe+umKyp/UxiGI7KnUoLn/Q5',
  '92vbLxSVs9swRxsgER9eMTH0wA/aEjHjrpittCjpR/HF9tmSJxi65BR6ZVc1ubwtciJVqSJznRlflk9Zo8yHCa6YrKoQPT/CNyg3XENRy42ddG44cNqlOqzpnnVuQwYwYuEMhmrjbumu',
  'mK1mAp+6oVQa4t6BZgTD00Hv6ut/65z2zwzLXuBiEcNRGYcfw6DhrpitgHXbX/WCOoNXC8Bk7HEnT+g7jEbuQ3DcArPNGQgzmG2ehcYLHa6YrKn9TGIYjsqdSguf9Dn3ag2vFJSz2zBH',
  'GyARH14xMfTAD9oSMeOumK20KOlH8cX22ZInGLrkFHplVzW5vC1yIlWpInOdGV+WT1mjzIcJrpisqhA9P8I3KDdcQ1HLjZ10bjhxaqU6rOmedW5DBjBi4QyGauNu6a6YrWYCvQU3YSHz',
  'f6IMFr4NgNxq62YrnPbPDMte4GIRw1EZhx+7oOGumK1tTPTgFsRKTCUylX432bAzDQzEbuQ3DcCezzRkIM5QcjiyowXvrpisqf1MYhiOyp1KC5/0Ofdr2y8UlbPbMEcbIBEfXjEx9MAP',
  '2xox464=',
];
