// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

// What happens in the chain's pallets is a log of the precompile's address, whoever caused it: here
// extrinsics, which no contract had a part in, and a call of the runtime by an Ethereum wallet.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { getBytes, Interface, keccak256, zeroPadValue } from 'ethers';

import { account } from '../lib/chain.js';
import { addressOf, RUNTIME_PALLETS } from '../lib/evm-accounts.js';
import { quantity } from '../lib/evm.js';
import { packRows, requestCall } from '../lib/market.js';
import { FEE, openMarket, SHARES, UNITS } from '../lib/own-market.js';
import { waitFor } from '../lib/wait.js';

const IDATANETS = '0x0000000000000000000000000000000008010000';
const IATTRIBUTION = '0x0000000000000000000000000000000008040000';
const TEXT = 'The court held that the contract was void.';

const events = new Interface([
  'event Contributed(uint32 indexed datanet, uint64 indexed contribution, address indexed contributor, uint32 rows)',
  'event ReceiptSettled(uint64 indexed job, address indexed consumer, uint32 indexed adapter, address worker, uint256 fee, uint32 units, bytes32 receiptHash, bytes32 outputHash)',
  'event ChannelReceiptSettled(uint64 indexed channel, address indexed consumer, uint32 indexed adapter, uint32 sequence, address worker, uint256 fee, uint32 units, bytes32 receiptHash, bytes32 outputHash)',
  'event InfluencePaid(bytes32 indexed receiptHash, uint64[] contributions, uint256[] amounts)',
  'event Claimed(address indexed account, uint256 amount)',
]);

const attribution = new Interface([
  'function influenceOfChannelRequest(uint64 channel, uint32 sequence) view returns (tuple(uint64 contribution, address contributor, bytes32 contributorAccount, uint32 share)[])',
]);

/** Whether a bloom has a topic or an address, or looks as if it had. */
function isIn(bloom, item) {
  const [bits, hash] = [getBytes(bloom), getBytes(keccak256(item))];
  return [0, 2, 4].every((at) => {
    const bit = ((hash[at] << 8) | hash[at + 1]) % 2048;
    return (bits[255 - (bit >> 3)] >> (bit & 7)) & 1;
  });
}

export function palletLogStories(context) {
  const metamask = context.actor('pallet logs metamask');
  // Nobody else sends for Charlie.
  const consumer = account('//Charlie');
  let rpc;
  let market;
  let from;
  let heard;
  let contribution;
  let job;
  let settled;

  before(async () => {
    ({ rpc } = context);
    market = await openMarket(context.socketUrl);
    const socket = await context.socket();
    heard = await socket.subscribe('logs', { address: [IDATANETS, IATTRIBUTION] });
    from = quantity(await rpc.height());
    contribution = await market.contribute('later');
    const { chain } = market;
    const asked = await chain.send(requestCall(chain, market.adapter, TEXT), consumer);
    job = chain.find(asked.events, 'inference', 'InferenceRequested').data.job.toBigInt();
    await market.settle(job, TEXT);
    settled = (await logsOf('ReceiptSettled', IATTRIBUTION, (args) => args.job === job))[0];
    await market.claim(market.contributors[0]);
  });

  after(() => market?.close());

  /** The logs of an event whose arguments are the wanted ones; waits for the first. */
  async function logsOf(name, address, isWanted) {
    const { topicHash } = events.getEvent(name);
    const find = async () => {
      const logs = await rpc.call('eth_getLogs', { address, topics: [topicHash], fromBlock: from });
      const wanted = logs.filter((log) => isWanted(events.parseLog(log).args));
      return wanted.length > 0 ? wanted : undefined;
    };
    return waitFor(`a log of ${name}`, find, { timeoutMs: 30_000, children: [context.node] });
  }

  const paidParts = async () => {
    const { contributors } = await market.chain.api.query.attribution.feeSplitStore();
    return (FEE * contributors.toBigInt()) / 1_000_000n;
  };

  const stories = [
    {
      name: 'Contributed',
      address: IDATANETS,
      wanted: (args) => args.contribution === contribution,
      expected: () => [BigInt(market.datanet), contribution, market.contributors[0], 2n],
    },
    {
      name: 'ReceiptSettled',
      address: IATTRIBUTION,
      wanted: (args) => args.job === job,
      expected: ({ receiptHash, outputHash }) => [
        job,
        addressOf(consumer.addressRaw),
        BigInt(market.adapter),
        market.operator,
        FEE,
        BigInt(UNITS),
        receiptHash,
        outputHash,
      ],
    },
    {
      name: 'InfluencePaid',
      address: IATTRIBUTION,
      wanted: (args) => args.receiptHash === events.parseLog(settled).args.receiptHash,
      expected: ({ receiptHash, amounts }) => [receiptHash, market.contributions, amounts],
    },
    {
      name: 'Claimed',
      address: IATTRIBUTION,
      wanted: (args) => args.account === market.contributors[0],
      expected: ({ amount }) => [market.contributors[0], amount],
    },
  ];

  for (const { name, address, wanted, expected } of stories) {
    test(`${name} is a log with the pallet's values`, async () => {
      const [log] = await logsOf(name, address, wanted);
      const { args } = events.parseLog(log);
      assert.deepEqual(args.toArray(true), expected(args).map((value) => value.toArray?.(true) ?? value));
    });

    test(`${name} is there once`, async () => {
      assert.equal((await logsOf(name, address, wanted)).length, 1);
    });

    test(`${name} came to a subscriber`, async () => {
      const [log] = await logsOf(name, address, wanted);
      const { topicHash } = events.getEvent(name);
      const told = () => heard.filter((one) => one.topics[0] === topicHash && wanted(events.parseLog(one).args));
      await waitFor(`news of ${name}`, async () => told()[0], { timeoutMs: 30_000, everyMs: 50 });
      assert.deepEqual(told(), [log]);
    });

    test(`${name} names the extrinsic, which has a receipt and is no transaction of the block`, async () => {
      const [log] = await logsOf(name, address, wanted);
      const receipt = await rpc.call('eth_getTransactionReceipt', log.transactionHash);
      assert.ok(receipt.logs.some(({ logIndex }) => logIndex === log.logIndex));
      const { transactions } = await rpc.call('eth_getBlockByHash', log.blockHash, false);
      assert.ok(!transactions.includes(log.transactionHash));
    });
  }

  test("what contributions are paid sums to the contributors' part of the fee, by their influence", async () => {
    const [log] = await logsOf('InfluencePaid', IATTRIBUTION, stories[2].wanted);
    const { amounts } = events.parseLog(log).args;
    const whole = await paidParts();
    assert.equal(amounts.reduce((sum, amount) => sum + amount, 0n), whole);
    amounts.forEach((amount, i) => {
      const due = (whole * BigInt(SHARES[i])) / 1_000_000n;
      assert.ok(amount - due <= 1n && due - amount <= 1n, `${amount} instead of ${due}`);
    });
  });

  test('what is claimed is what the contribution was paid', async () => {
    const [paid] = await logsOf('InfluencePaid', IATTRIBUTION, stories[2].wanted);
    const [claimed] = await logsOf('Claimed', IATTRIBUTION, stories[3].wanted);
    assert.equal(events.parseLog(claimed).args.amount, events.parseLog(paid).args.amounts[0]);
  });

  test('an answer in a channel is a log too, and its influence can be read', async () => {
    const channel = await market.serve(consumer, TEXT);
    const [log] = await logsOf('ChannelReceiptSettled', IATTRIBUTION, (args) => args.channel === channel);
    const { args } = events.parseLog(log);
    assert.deepEqual([args.consumer, args.sequence, args.fee], [addressOf(consumer.addressRaw), 0n, FEE]);
    const data = attribution.encodeFunctionData('influenceOfChannelRequest', [channel, 0]);
    const answer = await rpc.call('eth_call', { to: IATTRIBUTION, data }, 'latest');
    const [influence] = attribution.decodeFunctionResult('influenceOfChannelRequest', answer);
    assert.deepEqual(
      influence.map(({ contribution, contributor, share }) => [contribution, contributor, Number(share)]),
      market.contributions.map((id, i) => [id, market.contributors[i], SHARES[i]]),
    );
  });

  test("a wallet's call of the runtime has the log in its receipt, and its block's bloom has it not", async () => {
    const { root, lines, content, hash } = packRows([{ text: `of ${metamask.address}`, label: 'wallet' }]);
    const { datanets } = market.chain.api.tx;
    const call = datanets.contribute(market.datanet, root, lines.length, content.length, hash, 'CC0-1.0', '');
    const to = RUNTIME_PALLETS;
    const sent = await context.connect(metamask).sendTransaction({ to, data: call.method.toHex() });
    const receipt = await rpc.receipt(sent.hash);
    const { name, args } = events.parseLog(receipt.logs[0]);
    assert.deepEqual([receipt.logs.length, name, args.contributor], [1, 'Contributed', metamask.address]);
    const topic = zeroPadValue(metamask.address, 32).toLowerCase();
    const { blockHash } = receipt;
    assert.deepEqual(
      await rpc.call('eth_getLogs', { blockHash, topics: [null, null, null, topic] }),
      receipt.logs,
    );
    const { logsBloom, transactions } = await rpc.call('eth_getBlockByHash', blockHash, false);
    assert.ok(transactions.includes(sent.hash));
    assert.deepEqual([isIn(receipt.logsBloom, topic), isIn(logsBloom, topic)], [true, false]);
  });
}
