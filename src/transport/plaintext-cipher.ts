import { decodeLetter, encodeLetter, LETTER_OVERHEAD, TEXT_LIMIT, textBytes, type Letter } from './letter.ts';
import type { MessageCipher, Opening, Sealing } from './message-cipher.ts';
import type { Parcel } from './carrier.ts';

/** Protects nothing. For tests and for systems that have no end-to-end encryption; shown as such to people. */
export class PlaintextCipher implements MessageCipher {
  readonly protection = 'plaintext' as const;

  seal(letter: Letter): Promise<Sealing> {
    const size = textBytes(letter.text);
    const bytes = size > TEXT_LIMIT ? undefined : encodeLetter(letter, LETTER_OVERHEAD + size);
    return Promise.resolve(bytes === undefined ? { type: 'unsealed', because: 'too-large' } : { type: 'sealed', bytes });
  }

  open(parcel: Parcel): Promise<Opening> {
    const letter = decodeLetter(parcel.conversation, parcel.bytes);
    return Promise.resolve(letter === undefined ? { type: 'refused', because: 'malformed' } : { type: 'opened', letter });
  }

  close(): void {}
}
