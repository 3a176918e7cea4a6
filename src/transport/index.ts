export type {
  Audience,
  BackendChannel,
  DeviceOutcome,
  IncomingMessage,
  OutgoingMessage,
  RefusalReason,
  SendResult,
} from './port.ts';

export { channelOver, openSealedChannel, SecondListenerError } from './sealed-channel.ts';
export type { ChannelParts, SealedChannel, SealedChannelOptions } from './sealed-channel.ts';
export { SavedChannelError, type SavedChannel } from './saved-channel.ts';

export { LoopbackHub, type LoopbackChannelOptions, type LoopbackOptions } from './loopback/loopback-hub.ts';
export type { LoopbackCarrier } from './loopback/loopback-carrier.ts';
export { CALM, STORM, type Weather } from './loopback/weather.ts';

export { createDeviceKeys, KeysClosedError, restoreDeviceKeys, SavedKeysError } from './device-keys.ts';
export type { DeviceKeys } from './device-keys.ts';
export type { KeyBundle, SignedPrekey } from './signed-prekey.ts';
export type { DirectoryAnswer, DirectoryEntry, Freshness, KeyDirectory } from './key-directory.ts';
export { MemoryDirectory } from './memory-directory.ts';
export type { IdentityChange, IdentityPolicy, SavedPins } from './identity-pins.ts';
export type { SavedReplayWindow } from './replay-window.ts';

export type { Carrier, CarrierOutcome, CarrierResult, Dispatch, Parcel, ParcelListener } from './carrier.ts';
export type { MessageCipher, Opening, Sealing } from './message-cipher.ts';
export type { Letter } from './letter.ts';
export { PlaintextCipher } from './plaintext-cipher.ts';
export { SealedCipher, type SealedCipherOptions } from './sealed-cipher.ts';
export { IdentityPins } from './identity-pins.ts';
export type { Refusal, RefusalListener } from './refusal.ts';

export { BackendAddressError, BackendAwayError, BackendRefusedError, connectBackend, connectWebSocket } from './websocket/connect-backend.ts';
export type { BackendOptions, WebSocketBackend, WebSocketOptions } from './websocket/connect-backend.ts';
export type { ConnectionPhase } from './websocket/websocket-connection.ts';
export { openSocket, type Socket, type SocketFactory } from './websocket/open-socket.ts';
export { encodeClientFrame, encodeServerFrame, parseClientFrame, parseServerFrame, PROTOCOL_LIMITS, PROTOCOL_VERSION } from './websocket/protocol.ts';
export type { ClientFrame, DenialReason, ServerFrame } from './websocket/protocol.ts';

export { channelConformance, ConformanceError } from './conformance.ts';
export type { ConformanceCheck, ConformanceWorld } from './conformance.ts';
