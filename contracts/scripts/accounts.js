// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0
//
// Which node is used, and with which accounts.

/**
 * The private keys of Alith, Baltathar, Charleth, Dorothy and Ethan: known to everybody, funded by the development
 * presets and worth nothing anywhere else.
 */
export const DEVELOPMENT_KEYS = [
  '0x5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133',
  '0x8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b',
  '0x0b6e18cafb6ed99687ec547bd28139cafdd2bffe70e6b688025de6b445aa5c5b',
  '0x39539ab1876910bbf3a223d84a29e28f1cb4e2e456503e7e91ed39b2e7223d68',
  '0x7dce9bc8babb68fec1409be38c8e1a52650206a7ed90ff956ae8a6d15eeaaef4',
];

/** The URL of the node: `OPENLEDGER_RPC`, or the port where a development node listens. */
export function rpcUrl() {
  return process.env.OPENLEDGER_RPC ?? 'http://127.0.0.1:9944';
}
