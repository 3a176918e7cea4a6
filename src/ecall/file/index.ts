export { FileStore, FileStoreError } from './file-store.ts';
