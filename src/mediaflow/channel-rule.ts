/** The data channel of a call: in-band (DCEP), ordered, reliable, made by the offerer, as AVS has it. */
export const CHANNEL_LABEL = 'calling-3.0';

/** A longer message is no message of a call: the longest real one, an UPDATE with its description, is a tenth of it. */
export const MAX_MESSAGE_BYTES = 65_536;
