// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// A worker that the test plays itself: it can sign whatever it likes.

import { u8aToHex } from '@polkadot/util';

import { contentHash } from './bytes.js';
import { receiptKey, registrationProof, registry, signReceipt, voucherPayload } from './codec.js';
import { registerWorker } from './market.js';

export class OwnWorker {
  constructor(chain, operator, key) {
    Object.assign(this, { chain, operator, key });
  }

  /** Registers `operator` with a receipt key made from a secret URI. */
  static async register(chain, operator, uri) {
    const key = receiptKey(uri);
    const proof = registrationProof(chain.genesis, operator.addressRaw, key);
    await registerWorker(chain, operator, { receiptKey: key.publicKey, proof });
    return new OwnWorker(chain, operator, key);
  }

  /** A receipt that the chain accepts for this job, or what `changes` make of it. */
  receipt({ job, adapter, artifact, text, contribution, units = 5 }, changes = {}) {
    return {
      version: 1,
      genesis: this.chain.genesis,
      job,
      adapter,
      artifact,
      inputHash: contentHash(text),
      outputHash: contentHash('an answer'),
      units,
      influence: [{ contribution, share: 1_000_000 }],
      method: 'UnitGradientsV1',
      evidence: contentHash('the evidence'),
      worker: this.operator.addressRaw,
      seenAt: 1,
      ...changes,
    };
  }

  /**
   * Signs a receipt, with this worker's key unless another is given.
   * @param {Uint8Array} [options.voucher] the signed voucher that goes with it
   * @param {Uint8Array} [options.served] the signed voucher that the receipt names
   */
  sign(receipt, { voucher, served = voucher, key = this.key } = {}) {
    return signReceipt({ ...receipt, voucher: served ? voucherHash(served) : null }, key, voucher);
  }

  /** The call that brings a signed receipt on chain. */
  submission(signed) {
    // As bytes: what is submitted is exactly what was signed.
    return this.chain.api.tx.attribution.submitReceipt(
      this.chain.api.createType(receiptType(this.chain.api), signed.toU8a()),
    );
  }

  /** The call with which offchain workers bring several. */
  batch(receipts) {
    const { api } = this.chain;
    return api.tx.attribution.submitReceipts(
      receipts.map((signed) => api.createType(receiptType(api), signed.toU8a())),
    );
  }
}

function voucherHash(signed) {
  // As hex: bytes would be taken for an encoded option.
  return u8aToHex(voucherPayload(registry.createType('SignedVoucher', signed).voucher));
}

// The name that @polkadot/api gives to the receipt's type in this chain's metadata.
function receiptType(api) {
  return api.tx.attribution.submitReceipt.meta.args[0].type.toString();
}
