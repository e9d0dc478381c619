// FLV in, FLV out: without its sound, but with all that promises one (header, metadata, codec configuration).
import { Transform } from 'node:stream';

const FILE_HEADER_BYTES = 13;
const TAG_HEADER_BYTES = 11;
const TAG_END_BYTES = 4;
const AUDIO = 8;
const AAC_FRAME = 1;

export class SilentSound extends Transform {
  #rest = Buffer.alloc(0);
  #isBegun = false;

  _transform(chunk, _encoding, done) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#isBegun && this.#rest.length >= FILE_HEADER_BYTES) {
      this.#isBegun = true;
      this.#pass(FILE_HEADER_BYTES, true);
    }
    while (this.#isBegun && this.#rest.length >= TAG_HEADER_BYTES) {
      const bodyBytes = this.#rest.readUIntBE(1, 3);
      const tagBytes = TAG_HEADER_BYTES + bodyBytes + TAG_END_BYTES;
      if (this.#rest.length < tagBytes) break;
      this.#pass(tagBytes, this.#rest[0] !== AUDIO || this.#rest[TAG_HEADER_BYTES + 1] !== AAC_FRAME);
    }
    done();
  }

  #pass(bytes, isKept) {
    if (isKept) this.push(this.#rest.subarray(0, bytes));
    this.#rest = this.#rest.subarray(bytes);
  }
}
